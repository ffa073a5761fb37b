/**
 * Between instants and wall times of a zone, the store's unless another is named: people pick wall times, the
 * API wants instants. Right across changes of the clock.
 */
import { TZDate } from '@date-fns/tz';
import { zone } from './format';

/** What clocks in the zone show at an instant: `2026-11-26 09:00:00`. */
export function wallTime(instant: Date | string | number, where = zone()): string {
  const local = new TZDate(new Date(instant).getTime(), where);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${local.getFullYear()}-${two(local.getMonth() + 1)}-${two(local.getDate())}`;
  return `${day} ${two(local.getHours())}:${two(local.getMinutes())}:${two(local.getSeconds())}`;
}

/** The instant (RFC 3339, UTC) of a wall time of the zone. A time the clock skips is the next that exists. */
export function instantOf(wall: string, where = zone()): string {
  const [year = 1970, month = 1, date = 1, hour = 0, minute = 0, second = 0] = (wall.match(/\d+/g) ?? []).map(
    Number,
  );
  return new Date(new TZDate(year, month - 1, date, hour, minute, second, where).getTime()).toISOString();
}
