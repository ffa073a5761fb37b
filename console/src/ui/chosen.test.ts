import { expect, test } from 'vitest';
import { type Chosen, choose, isChosen, NOTHING_CHOSEN } from './chosen';

test('rows are put in once and taken out, and rows of other pages stay', () => {
  const some = choose(choose(NOTHING_CHOSEN, ['a', 'b'], true), ['b', 'c'], true);
  expect(some).toEqual({ kind: 'rows', ids: ['a', 'b', 'c'] });
  expect(choose(some, ['b'], false)).toEqual({ kind: 'rows', ids: ['a', 'c'] });
});

test('of everything that matches rows are taken out and put back, and it stays everything', () => {
  const all: Chosen = { kind: 'all_matching', except: [] };
  const but = choose(all, ['a'], false);
  expect(but).toEqual({ kind: 'all_matching', except: ['a'] });
  expect([isChosen(but, 'a'), isChosen(but, 'b')]).toEqual([false, true]);
  expect(choose(but, ['a', 'b'], true)).toEqual(all);
});
