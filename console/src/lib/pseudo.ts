/** Pseudo-translation: every English text becomes accented and about 40 % longer, so that tests find clipped and untranslated words. */

const ACCENTS: Record<string, string> = {
  a: 'á',
  e: 'é',
  i: 'í',
  o: 'ó',
  u: 'ú',
  A: 'Á',
  E: 'É',
  I: 'Í',
  O: 'Ó',
  U: 'Ú',
  n: 'ñ',
  s: 'š',
};

function one(text: string): string {
  // Placeholders `{{…}}`, nestings `$t(…)` and tags `<1>` are not words.
  const parts = text.split(/(\{\{[^}]*\}\}|\$t\([^)]*\)|<[^>]*>)/);
  const accented = parts.map((part, n) =>
    n % 2 === 1 ? part : [...part].map((c) => ACCENTS[c] ?? c).join(''),
  );
  const padding = '·'.repeat(Math.ceil(text.replace(/\{\{[^}]*\}\}/g, '').length * 0.4));
  return `[${accented.join('')}${padding}]`;
}

/** The same tree with every text pseudo-translated. */
export function pseudo(tree: object): object {
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => [
      key,
      typeof value === 'string' ? one(value) : pseudo(value as object),
    ]),
  );
}
