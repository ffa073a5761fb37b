import { expect, test } from 'vitest';
import { filtersOf, queryOf } from './model';

test('the same filters are the same text, whatever their order, and come back as they were', () => {
  const text = queryOf({ tag: 'vip & co', status: 'sendable', search: undefined });
  expect(text).toBe(queryOf({ status: 'sendable', tag: 'vip & co' }));
  expect(filtersOf(text)).toEqual({ status: 'sendable', tag: 'vip & co' });
});

test('no filters are no text', () => {
  expect(queryOf({ search: '' })).toBe('');
  expect(filtersOf('')).toEqual({});
});
