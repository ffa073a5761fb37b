/** What the console says, in any of its languages: tests look for what a person reads. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Values = Record<string, string | number>;
/** A sentence by its key, such as `campaigns:launch.now`; the form of a plural is part of the key. */
export type Say = (key: string, values?: Values) => string;

export function wordsOf(language: string): Say {
  const files = new Map<string, unknown>();
  return (key, values = {}) => {
    const [name = '', path = ''] = key.split(':');
    if (!files.has(name)) {
      const file = join(import.meta.dirname, `../src/locales/${language}/${name}.json`);
      files.set(name, JSON.parse(readFileSync(file, 'utf8')));
    }
    let found = files.get(name);
    for (const part of path.split('.')) found = (found as Record<string, unknown> | undefined)?.[part];
    if (typeof found !== 'string') throw new Error(`${language} has no words for ${key}`);
    return found.replace(/\{\{(\w+)\}\}/g, (_, value: string) => String(values[value] ?? ''));
  };
}
