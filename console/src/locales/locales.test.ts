import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const FOLDER = join(import.meta.dirname);
const LANGUAGES = ['en', 'zh-CN', 'zh-TW'];
const PLURAL = /_(zero|one|two|few|many|other)$/;

type Tree = { [key: string]: string | Tree };

function flat(tree: Tree, prefix = ''): Map<string, string> {
  const all = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    if (typeof value === 'string') all.set(path, value);
    else for (const [inner, text] of flat(value, path)) all.set(inner, text);
  }
  return all;
}

function texts(language: string, file: string): Map<string, string> {
  return flat(JSON.parse(readFileSync(join(FOLDER, language, file), 'utf8')) as Tree);
}

const files = readdirSync(join(FOLDER, 'en')).filter((name) => name.endsWith('.json'));
const base = (key: string) => key.replace(PLURAL, '');
const placeholders = (text: string) => [...new Set(text.match(/\{\{[^}]+\}\}|<\d+>/g) ?? [])].sort();

describe.each(LANGUAGES.slice(1))('%s', (language) => {
  test('has the files of English and no others', () => {
    const own = readdirSync(join(FOLDER, language)).filter((name) => name.endsWith('.json'));
    expect(own).toEqual(files);
  });

  test.each(files)('says in %s all that English says, with the same placeholders', (file) => {
    const english = texts('en', file);
    const own = texts(language, file);
    expect([...new Set([...own.keys()].map(base))].sort()).toEqual(
      [...new Set([...english.keys()].map(base))].sort(),
    );
    for (const [key, text] of own) {
      const twin = english.get(key) ?? english.get(`${base(key)}_other`) ?? '';
      expect([key, placeholders(text)]).toEqual([key, placeholders(twin)]);
      expect(text.trim(), key).not.toBe('');
    }
  });

  test.each(files)('is translated in %s', (file) => {
    const english = texts('en', file);
    // Names, units and code are alike in all languages; a sentence of two or more words is not.
    const alike = [...texts(language, file)].filter(
      ([key, text]) => english.get(key) === text && /[a-z] [a-z]+ [a-z]/i.test(text),
    );
    expect(alike).toEqual([]);
  });
});

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (/\.tsx?$/.test(entry.name) && !/\.test\.|schema\.d\.ts$/.test(entry.name)) yield path;
  }
}

test('every text that a screen asks for is there', () => {
  const known = new Map<string, Set<string>>(
    files.map((file) => [
      file.replace('.json', ''),
      new Set([...texts('en', file).keys()].flatMap((k) => [k, base(k)])),
    ]),
  );
  const missing: string[] = [];
  for (const path of sources(join(FOLDER, '..'))) {
    const text = readFileSync(path, 'utf8');
    const spaces = [...text.matchAll(/useTranslation\((?:'([\w-]+)')?\)/g)].map((m) => m[1] ?? 'common');
    for (const [, key = ''] of text.matchAll(/\bt\(\s*'([\w.:-]+)'/g)) {
      const [space, name] = key.includes(':') ? key.split(':') : [undefined, key];
      const candidates = space === undefined ? (spaces.length > 0 ? spaces : ['common']) : [space];
      if (!candidates.some((one) => known.get(one)?.has(name ?? ''))) missing.push(`${path}: ${key}`);
    }
  }
  expect(missing).toEqual([]);
});
