/** What the report computes for show. Pure. */
import type { Report } from './queries';

export type Hour = Report['hours'][number];

const HOURS = 48;

/** One entry an hour up to the last in which something happened, at least a day; hours without news are zero. */
export function hoursShown(hours: Hour[]): Hour[] {
  const by = new Map(hours.map((hour) => [hour.hour, hour]));
  const last = Math.max(23, ...hours.map(({ hour }) => hour));
  const none = { accepted: 0, opened: 0, clicked: 0, unsubscribed: 0 };
  return Array.from({ length: Math.min(HOURS, last + 1) }, (_, hour) => by.get(hour) ?? { hour, ...none });
}

/** Heat from 0 to 1 of each link, by people; the most clicked has 1. */
export function heat(links: Pick<Report['links'][number], 'link' | 'people'>[]): Map<number, number> {
  const most = Math.max(1, ...links.map(({ people }) => people));
  return new Map(links.map(({ link, people }) => [link, people / most]));
}
