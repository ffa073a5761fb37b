import { describe, expect, test } from 'vitest';
import { attributeName, consentWords, hasAddress, keyOf, targetOf, withReading, withWord } from './mapping';
import type { ColumnPlan, Mapping, Target } from './queries';

const column = (target: Target): ColumnPlan => ({ heading: 'h', target, confidence: 'known', dates: 'ymd' });

describe('what a column becomes', () => {
  test.each<Target>([
    { kind: 'field', field: 'email' },
    { kind: 'consent', channel: 'sms', role: 'opt_in_at' },
    { kind: 'tags' },
    { kind: 'ignore' },
    { kind: 'external_id', system: 'shopify' },
    { kind: 'attribute', name: 'points', type: 'integer', class: 'fact' },
  ])('$kind comes back from the drop-down as it went in', (target) => {
    const known = [{ name: 'points', type: 'integer', class: 'fact' } as const];
    expect(targetOf(keyOf(target), 'h', known)).toEqual(target);
  });

  test('a new custom field is named by the heading', () => {
    expect(targetOf('new', 'Lieblings-Größe', [])).toMatchObject({
      kind: 'attribute',
      name: 'lieblings_gro_e',
    });
    expect(attributeName('鞋码')).toBe('field');
  });
});

test('reading the file differently forgets what was said of its columns', () => {
  const before: Mapping = { columns: { A: 'email' }, file: { header: true } };
  expect(withReading(before, { delimiter: ';' })).toMatchObject({
    columns: {},
    file: { header: true, delimiter: ';' },
  });
});

test('a word whose meaning is taken back is left to the server again', () => {
  const said = withWord({}, 'ja', 'subscribed');
  expect(said.consent_words).toEqual({ ja: 'subscribed' });
  expect(withWord(said, 'ja', undefined).consent_words).toEqual({});
});

test('words are collected only from columns that say whether somebody agreed', () => {
  const columns = [
    column({ kind: 'field', field: 'email' }),
    column({ kind: 'consent', channel: 'email', role: 'status' }),
    column({ kind: 'consent', channel: 'email', role: 'opt_in_at' }),
  ];
  expect(consentWords(columns, [['a@b.c'], ['Yes', 'yes ', 'No', ''], ['2026-01-01']])).toEqual([
    'yes',
    'no',
  ]);
});

test('a file by which nobody can be recognised is told apart', () => {
  expect(hasAddress([column({ kind: 'field', field: 'first_name' })])).toBe(false);
  expect(hasAddress([column({ kind: 'field', field: 'phone' })])).toBe(true);
});
