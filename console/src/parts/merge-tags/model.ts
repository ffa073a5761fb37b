/** Merge tags as people choose them and as Liquid says them: `{{ contact.first_name | default: 'there' }}`. */

/** A variable that templates know (`liquid/names.rs`). */
export interface MergeTag {
  path: string;
  group: 'contact' | 'store' | 'campaign' | 'links';
  /** True if some contacts have no value: a fall-back should be given. */
  mayBeEmpty: boolean;
}

const of = (group: MergeTag['group'], mayBeEmpty: boolean, names: string[]): MergeTag[] =>
  names.map((name) => ({ path: `${group}.${name}`, group, mayBeEmpty }));

/** Every variable without the store's own attributes. */
export const MERGE_TAGS: MergeTag[] = [
  ...of('contact', true, [
    'first_name',
    'last_name',
    'name',
    'email',
    'phone',
    'company',
    'city',
    'region',
    'country',
    'postcode',
    'language',
    'birthday',
  ]),
  ...of('store', false, ['name', 'url', 'postal_address', 'currency']),
  ...of('campaign', false, ['name', 'subject']),
  ...of('links', false, ['unsubscribe', 'preferences', 'web_view']),
];

/** Variables that are addresses. */
export const ADDRESS_TAGS = MERGE_TAGS.filter(
  ({ path }) => path === 'store.url' || path.startsWith('links.'),
);

/** What a tag says, taken apart. */
export interface ParsedTag {
  path: string;
  fallback: string;
  /** Other filters, as written. */
  filters: string[];
}

const OUTPUT = /^\{\{-?\s*([\w.]+(?:\["[^"]*"\])?)((?:\s*\|[\s\S]*)?)\s*-?\}\}$/;

/** Takes an output tag apart; undefined for anything that is more than a variable with filters. */
export function parseTag(source: string): ParsedTag | undefined {
  const match = OUTPUT.exec(source.trim());
  if (match?.[1] === undefined) return undefined;
  let fallback = '';
  const filters: string[] = [];
  for (const filter of splitFilters(match[2] ?? '')) {
    const text = /^default:\s*(?:'([^']*)'|"([^"]*)")$/.exec(filter);
    if (text === null) filters.push(filter);
    else fallback = text[1] ?? text[2] ?? '';
  }
  return { path: match[1], fallback, filters };
}

/** Filters between bars; bars in quotes are text. */
function splitFilters(text: string): string[] {
  return [...text.matchAll(/\|((?:[^|'"]|'[^']*'|"[^"]*")*)/g)].map(([, filter = '']) => filter.trim());
}

/** Writes a tag. */
export function writeTag({ path, fallback, filters = [] }: Partial<ParsedTag> & { path: string }): string {
  const parts = [path];
  if (fallback) parts.push(`default: ${quote(fallback)}`);
  return `{{ ${[...parts, ...filters].join(' | ')} }}`;
}

function quote(text: string): string {
  const plain = text.replaceAll('}}', '').replaceAll('%}', '');
  return plain.includes("'") ? `"${plain.replaceAll('"', '')}"` : `'${plain}'`;
}

/** Liquid in a text, in order: outputs and tags. */
export const LIQUID = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g;

/** True if the tag is about a contact and has nothing to say when the value is absent. */
export function lacksFallback(source: string): boolean {
  const tag = parseTag(source);
  if (tag === undefined || tag.path === 'contact.email') return false;
  return /^(contact|customer|profile|person)[.[]/.test(tag.path) && tag.fallback === '';
}
