import { expect, test } from 'vitest';
import { instantOf, wallOf } from './zone';

test.each([
  ['2026-12-01 09:00:00', 'Asia/Shanghai', '2026-12-01T01:00:00.000Z'],
  ['2026-07-01T09:30:00', 'Europe/Berlin', '2026-07-01T07:30:00.000Z'],
  ['2026-12-01 09:00', 'America/New_York', '2026-12-01T14:00:00.000Z'],
])('%s in %s is %s, and back', (wall, zone, instant) => {
  expect(instantOf(wall, zone)).toBe(instant);
  expect(wallOf(instant, zone).slice(0, 16)).toBe(wall.replace('T', ' ').slice(0, 16));
});

test('a wall time that the clock skips is the next that exists', () => {
  expect(instantOf('2026-03-29 02:30:00', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z');
});
