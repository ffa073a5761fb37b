/** Between instants and wall times of the store's zone, for pickers: people pick wall times, the API wants instants. */
import { TZDate } from '@date-fns/tz';
import { zone } from './format';

/** `2026-11-26 09:00:00` of the store's zone. */
export function wallTime(instant: Date): string {
  const local = new TZDate(instant.getTime(), zone());
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${local.getFullYear()}-${two(local.getMonth() + 1)}-${two(local.getDate())}`;
  return `${day} ${two(local.getHours())}:${two(local.getMinutes())}:${two(local.getSeconds())}`;
}

/** The instant (RFC 3339, UTC) of a wall time of the store's zone. */
export function instantOf(wall: string): string {
  const [year = 1970, month = 1, date = 1, hour = 0, minute = 0, second = 0] = (wall.match(/\d+/g) ?? []).map(
    Number,
  );
  return new Date(new TZDate(year, month - 1, date, hour, minute, second, zone()).getTime()).toISOString();
}
