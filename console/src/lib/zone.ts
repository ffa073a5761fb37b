/** Wall times (`2026-12-01 09:00:00`) in a time zone, to instants and back. Right across changes of the clock. */
import { TZDate } from '@date-fns/tz';

const two = (n: number) => String(n).padStart(2, '0');

/** The instant (RFC 3339, UTC) at which clocks in `zone` show `wall`. A time the clock skips is the next that exists. */
export function instantOf(wall: string, zone: string): string {
  const [date = '', time = '00:00:00'] = wall.split(/[T ]/);
  const [year = 1970, month = 1, day = 1] = date.split('-').map(Number);
  const [hour = 0, minute = 0, second = 0] = time.split(':').map(Number);
  return new Date(new TZDate(year, month - 1, day, hour, minute, second, zone).getTime()).toISOString();
}

/** What clocks in `zone` show at an instant: `2026-12-01 09:00:00`. */
export function wallOf(instant: string | number, zone: string): string {
  const at = new TZDate(new Date(instant).getTime(), zone);
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
