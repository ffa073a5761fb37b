import { expect, test } from 'vitest';
import { cell, csv } from './csv';

test.each([
  ['=1+1', "'=1+1"],
  ['@sum', "'@sum"],
  ['-5', "'-5"],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['plain', 'plain'],
])('%s becomes %s', (value, expected) => {
  expect(cell(value)).toBe(expected);
});

test('a table has a line a row and begins with the mark of UTF-8', () => {
  expect(
    csv([
      ['a', 'b'],
      ['1', 'ü'],
    ]),
  ).toBe('\uFEFFa,b\r\n1,ü\r\n');
});
