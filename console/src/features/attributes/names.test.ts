import { expect, test } from 'vitest';
import { nameOf } from './names';

test.each([
  ['Shoe size', 'shoe_size'],
  ['  Länge (EU) ', 'lange_eu'],
  ['Préférée', 'preferee'],
  ['鞋码', ''],
  ['x'.repeat(80), 'x'.repeat(64)],
])('%s becomes %s', (label, name) => {
  expect(nameOf(label)).toBe(name);
});
