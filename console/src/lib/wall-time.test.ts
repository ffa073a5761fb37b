import { afterEach, expect, test } from 'vitest';
import { setStoreZone } from './format';
import { instantOf, wallTime } from './wall-time';

afterEach(() => setStoreZone('UTC'));

test('a wall time is read in the zone of the store, not of the browser', () => {
  setStoreZone('Asia/Shanghai');
  expect(instantOf('2026-11-26 09:00:00')).toBe('2026-11-26T01:00:00.000Z');
  expect(wallTime(new Date('2026-11-26T01:00:00Z'))).toBe('2026-11-26 09:00:00');
});

test('summer and winter time are told apart', () => {
  setStoreZone('Europe/Berlin');
  expect(instantOf('2026-07-01 12:00')).toBe('2026-07-01T10:00:00.000Z');
  expect(instantOf('2026-12-01 12:00')).toBe('2026-12-01T11:00:00.000Z');
});
