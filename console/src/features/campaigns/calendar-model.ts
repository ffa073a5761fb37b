/** Days of a calendar, as `YYYY-MM-DD` in the store's time zone. Pure. */
import { instantOf, wallTime } from '../../lib/wall-time';

export type Period = 'month' | 'week';

const DAY_MS = 86_400_000;

const utc = (day: string) => new Date(`${day}T00:00:00Z`);
const text = (date: Date) => date.toISOString().slice(0, 10);

/** The day `days` later. */
export function addDays(day: string, days: number): string {
  return text(new Date(utc(day).getTime() + days * DAY_MS));
}

/** The same day in another month, or its last if that month is shorter. */
export function addMonths(day: string, months: number): string {
  const from = utc(day);
  const first = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(from.getUTCDate(), last));
  return text(first);
}

/** The first day of the week (0 is Sunday) that `day` lies in. */
export function weekStart(day: string, firstDay: number): string {
  return addDays(day, -((utc(day).getUTCDay() - firstDay + 7) % 7));
}

/** The days shown: the week, or the whole weeks that a month lies in. */
export function daysOf(period: Period, day: string, firstDay: number): string[] {
  if (period === 'week') {
    const start = weekStart(day, firstDay);
    return Array.from({ length: 7 }, (_, n) => addDays(start, n));
  }
  const first = `${day.slice(0, 7)}-01`;
  const start = weekStart(first, firstDay);
  const end = addDays(addMonths(first, 1), -1);
  const days: string[] = [];
  for (let at = start; at <= end || days.length % 7 !== 0; at = addDays(at, 1)) days.push(at);
  return days;
}

/** The day on which an instant lies. */
export function dayOf(instant: string, zone: string): string {
  return wallTime(instant, zone).slice(0, 10);
}

/** The same time of day on another day. */
export function movedTo(instant: string, day: string, zone: string): string {
  return instantOf(`${day} ${wallTime(instant, zone).slice(11)}`, zone);
}
