import { expect, test } from 'vitest';
import { lacksFallback, parseTag, writeTag } from './model';

test('a tag is read and written the same', () => {
  for (const source of [
    "{{ contact.first_name | default: 'there' }}",
    '{{ contact.attributes["Shoe size"] }}',
    `{{ contact.name | default: "l'amie" | upcase }}`,
    '{{ store.name }}',
  ]) {
    const tag = parseTag(source);
    expect(tag).toBeDefined();
    if (tag !== undefined) expect(parseTag(writeTag(tag))).toEqual(tag);
  }
});

test('a bar in quotes is text and no filter', () => {
  expect(parseTag("{{ contact.name | default: 'a | b' }}")).toEqual({
    path: 'contact.name',
    fallback: 'a | b',
    filters: [],
  });
});

test('tags and calculations are not taken apart', () => {
  expect(parseTag('{% if a %}')).toBeUndefined();
  expect(parseTag('{{ 1999 | money }} and more')).toBeUndefined();
});

test('a fall-back can’t break out of its quotes', () => {
  expect(writeTag({ path: 'contact.name', fallback: `it's "x" }} {% y` })).toBe(
    '{{ contact.name | default: "it\'s x  {% y" }}',
  );
});

test('only what a contact may lack needs a fall-back', () => {
  expect(lacksFallback('{{ contact.first_name }}')).toBe(true);
  expect(lacksFallback("{{ contact.first_name | default: 'x' }}")).toBe(false);
  expect(lacksFallback('{{ contact.email }}')).toBe(false);
  expect(lacksFallback('{{ store.name }}')).toBe(false);
});
