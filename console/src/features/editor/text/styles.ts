/** Reads and writes single properties of a `style` attribute, keeping the others and their order. */

function parts(style: string): [string, string][] {
  return style
    .split(';')
    .map((declaration) => declaration.split(/:(.*)/s).map((side) => side.trim()))
    .flatMap(([name, value]) => (name && value ? [[name.toLowerCase(), value] as [string, string]] : []));
}

/** The value of a property; empty if it is not set. */
export function styleValue(style: string | null, property: string): string {
  return parts(style ?? '').find(([name]) => name === property)?.[1] ?? '';
}

/** The style with a property set, or without it if `value` is empty; null if nothing is left. */
export function withStyle(style: string | null, property: string, value: string): string | null {
  const others = parts(style ?? '').filter(([name]) => name !== property);
  const all = value === '' ? others : [...others, [property, value]];
  return all.length === 0 ? null : all.map(([name, one]) => `${name}: ${one}`).join('; ');
}
