/** Longest name of a custom field (the server's limit). */
const NAME_MAX = 64;

/** A name for templates and rules from a label: `Shoe size` becomes `shoe_size`; empty if nothing of it can be kept. */
export function nameOf(label: string): string {
  return label
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, NAME_MAX);
}
