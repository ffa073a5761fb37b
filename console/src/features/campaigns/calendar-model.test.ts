import { describe, expect, test } from 'vitest';
import { addMonths, dayOf, daysOf, movedTo } from './calendar-model';

describe('the days of', () => {
  test('a month are whole weeks that hold all of it', () => {
    const days = daysOf('month', '2026-11-15', 1);
    expect(days[0]).toBe('2026-10-26');
    expect(days.at(-1)).toBe('2026-12-06');
    expect(days.length % 7).toBe(0);
  });

  test('a month that begins on the first day of a week and ends on the last has no days of others', () => {
    const days = daysOf('month', '2027-02-10', 1);
    expect([days[0], days.at(-1), days.length]).toEqual(['2027-02-01', '2027-02-28', 28]);
  });

  test('a week are seven, from Sunday where weeks begin so', () => {
    expect(daysOf('week', '2026-11-25', 0)).toEqual([
      '2026-11-22',
      '2026-11-23',
      '2026-11-24',
      '2026-11-25',
      '2026-11-26',
      '2026-11-27',
      '2026-11-28',
    ]);
  });
});

test('a month later is the last day where the month is shorter', () => {
  expect(addMonths('2026-01-31', 1)).toBe('2026-02-28');
  expect(addMonths('2026-01-15', -1)).toBe('2025-12-15');
});

test('an instant lies on the day of the zone', () => {
  expect(dayOf('2026-11-25T23:30:00Z', 'Asia/Shanghai')).toBe('2026-11-26');
});

test('moving keeps the time of day across a change of the clock', () => {
  expect(movedTo('2026-10-24T08:00:00Z', '2026-10-26', 'Europe/Berlin')).toBe('2026-10-26T09:00:00.000Z');
});
