/**
 * Numbers, shares, dates and times in the words of the reader's language. Times are shown in the store's
 * time zone, and the reader's own beside it where the two differ. Instants come from the API as RFC 3339.
 */
import { intlLanguage } from './i18n';

/** The reader's own time zone. Asking for it takes a new formatter each time: a list asks once a row. */
const OWN_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
let storeZone = OWN_ZONE;

/** Says which time zone the store works in. */
export function setStoreZone(zone: string): void {
  storeZone = zone;
}

/** The store's time zone. */
export function zone(): string {
  return storeZone;
}

type Formatter = Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat | Intl.DisplayNames;

const cache = new Map<string, Formatter>();

function cached<T extends Formatter>(key: string, make: () => T): T {
  const full = `${intlLanguage()}|${key}`;
  const found = cache.get(full);
  if (found !== undefined) return found as T;
  const made = make();
  cache.set(full, made);
  return made;
}

/** `1,204,331`; `—` for no data. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined) return '—';
  return cached('number', () => new Intl.NumberFormat(intlLanguage())).format(value);
}

/** `1.2M`, for narrow places. */
export function compactNumber(value: number): string {
  return cached('compact', () => new Intl.NumberFormat(intlLanguage(), { notation: 'compact' })).format(
    value,
  );
}

/** `12.5 %` of a whole; `—` if there is no whole. */
export function share(part: number, whole: number): string {
  if (whole === 0) return '—';
  const options = { style: 'percent', maximumFractionDigits: part / whole < 0.1 ? 2 : 1 } as const;
  return cached(
    `share${options.maximumFractionDigits}`,
    () => new Intl.NumberFormat(intlLanguage(), options),
  ).format(part / whole);
}

/** `3.4 MB`. */
export function bytes(value: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
  const step = Math.min(units.length - 1, value < 1 ? 0 : Math.floor(Math.log10(value) / 3));
  const unit = units[step] ?? 'byte';
  const options = {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: step > 1 ? 1 : 0,
  } as const;
  return cached(`bytes${unit}`, () => new Intl.NumberFormat(intlLanguage(), options)).format(
    value / 1000 ** step,
  );
}

/** A formatter of dates; `options` as `Intl.DateTimeFormat` takes them. */
function dates(key: string, options: Intl.DateTimeFormatOptions, timeZone = storeZone): Intl.DateTimeFormat {
  return cached(
    `${key}|${timeZone}`,
    () => new Intl.DateTimeFormat(intlLanguage(), { ...options, timeZone }),
  );
}

/** `26 Nov 2026`, a day in the store's time zone. */
export function day(instant: string | null | undefined): string {
  if (!instant) return '—';
  return dates('day', { dateStyle: 'medium' }).format(new Date(instant));
}

/** `26 November 2026`, a calendar day without a time (`2026-11-26`): no time zone moves it. */
export function calendarDay(date: string | null | undefined): string {
  if (!date) return '—';
  return dates('calendar', { dateStyle: 'long' }, 'UTC').format(new Date(`${date}T00:00:00Z`));
}

/** `26 Nov 2026, 14:05` in the store's time zone. */
export function dateTime(instant: string | null | undefined): string {
  if (!instant) return '—';
  return dates('dateTime', { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(instant));
}

/** `26 Nov 2026, 14:05:09 GMT+8`: everything, for tooltips and records. */
export function exactTime(instant: string): string {
  const options = { dateStyle: 'medium', timeStyle: 'long' } as const;
  return dates('exact', options).format(new Date(instant));
}

/** The same instant in the reader's own time zone, or undefined if that is the store's. */
export function ownTime(instant: string): string | undefined {
  if (OWN_ZONE === storeZone) return undefined;
  return dates('own', { timeStyle: 'short' }, OWN_ZONE).format(new Date(instant));
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** `3 hours ago`, `in 2 days`. */
export function relative(instant: string, now = Date.now()): string {
  const seconds = Math.round((new Date(instant).getTime() - now) / 1000);
  const format = cached('relative', () => new Intl.RelativeTimeFormat(intlLanguage(), { numeric: 'auto' }));
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  }
  return format.format(Math.trunc(seconds), 'second');
}

/** `November`; months count from 1. */
export function monthName(month: number): string {
  return dates('month', { month: 'long' }, 'UTC').format(new Date(Date.UTC(2000, month - 1, 1)));
}

/** `29 February`, a day of every year, from `02-29`. */
export function dayOfYear(monthDay: string): string {
  const [month = 1, date = 1] = monthDay.split('-').map(Number);
  return dates('dayOfYear', { month: 'long', day: 'numeric' }, 'UTC').format(
    new Date(Date.UTC(2000, month - 1, date)),
  );
}

/** `1:04`, `2:10:09`: a length of time in minutes and seconds. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** What the reader's language calls a code; the code itself if that is none. */
function displayName(type: 'region' | 'language', code: string): string {
  try {
    return cached(type, () => new Intl.DisplayNames([intlLanguage()], { type })).of(code) ?? code;
  } catch {
    return code;
  }
}

/** The name of a country by its ISO 3166 code. */
export function countryName(code: string): string {
  return displayName('region', code);
}

/** The name of a language by its BCP 47 tag. */
export function languageName(tag: string): string {
  return displayName('language', tag);
}

/** `14:05`: the time of day at an instant, in the reader's own zone; for what just happened here. */
export function timeOfDay(instant: number): string {
  return dates('timeOfDay', { timeStyle: 'short' }, OWN_ZONE).format(new Date(instant));
}

/** `November 2026`: the month of a calendar day (`2026-11-26`). */
export function monthOf(date: string): string {
  return dates('monthOf', { month: 'long', year: 'numeric' }, 'UTC').format(new Date(`${date}T00:00:00Z`));
}

/** `Thu`: the day of the week of a calendar day. */
export function weekday(date: string): string {
  return dates('weekday', { weekday: 'short' }, 'UTC').format(new Date(`${date}T00:00:00Z`));
}

/** The first day of a week where the reader's language is spoken; 0 is Sunday. */
export function weekStartsOn(): number {
  const locale = new Intl.Locale(intlLanguage()) as Intl.Locale & {
    getWeekInfo?: () => { firstDay: number };
    weekInfo?: { firstDay: number };
  };
  return (locale.getWeekInfo?.() ?? locale.weekInfo ?? { firstDay: 1 }).firstDay % 7;
}
