import { describe, expect, test } from 'vitest';
import { canChooseAll, isFiltered, selectionOf } from './selection';

describe('a selection', () => {
  test('of rows names them and nothing else', () => {
    expect(selectionOf({ kind: 'rows', ids: ['con_1'] }, { tag: 'vip' })).toEqual({ ids: ['con_1'] });
  });

  test('of all that matches carries the filters', () => {
    expect(selectionOf({ kind: 'all_matching' }, { tag: 'vip', status: 'sendable', channel: 'sms' })).toEqual(
      {
        tag: 'vip',
        status: 'sendable',
        channel: 'sms',
        segment: undefined,
      },
    );
  });

  test('without a filter is everybody, said in so many words', () => {
    expect(selectionOf({ kind: 'all_matching' }, {})).toEqual({ all: true });
  });

  test('leaves a channel out that no state belongs to', () => {
    expect(selectionOf({ kind: 'all_matching' }, { tag: 'vip', channel: 'sms' }).channel).toBeUndefined();
  });
});

test('a channel alone filters nothing', () => {
  expect(isFiltered({ channel: 'email' })).toBe(false);
  expect(isFiltered({ channel: 'email', status: 'bounced' })).toBe(true);
});

test('all that a search text finds cannot be chosen, for the server does not take texts into jobs', () => {
  expect(canChooseAll({ search: 'ana' })).toBe(false);
  expect(canChooseAll({ tag: 'vip' })).toBe(true);
});
