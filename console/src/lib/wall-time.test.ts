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

test.each([
  ['2026-12-01 09:00:00', 'Asia/Shanghai', '2026-12-01T01:00:00.000Z'],
  ['2026-07-01T09:30:00', 'Europe/Berlin', '2026-07-01T07:30:00.000Z'],
  ['2026-12-01 09:00', 'America/New_York', '2026-12-01T14:00:00.000Z'],
])('%s in %s is %s, and back', (wall, zone, instant) => {
  expect(instantOf(wall, zone)).toBe(instant);
  expect(wallTime(instant, zone).slice(0, 16)).toBe(wall.replace('T', ' ').slice(0, 16));
});

test('a wall time that the clock skips is the next that exists', () => {
  expect(instantOf('2026-03-29 02:30:00', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z');
});
