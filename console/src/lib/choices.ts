/** Lists to choose from, in the reader's language: time zones, currencies, languages of contacts. */
import { intlLanguage } from './i18n';

/** IANA time zones with their present offset, from west to east; `known` is put in if the browser lacks it. */
export function timeZones(known: string, now = new Date()): { value: string; label: string }[] {
  const names = new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), known]);
  const zones = [...names].map((value) => ({ value, offset: offsetMinutes(value, now) }));
  zones.sort((a, b) => a.offset - b.offset || a.value.localeCompare(b.value));
  return zones.map(({ value, offset }) => ({
    value,
    label: `(UTC${clock(offset)}) ${value.replaceAll('_', ' ')}`,
  }));
}

function offsetMinutes(zone: string, now: Date): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(
    now,
  );
  const text = parts.find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  const match = /GMT([+-])(\d{2}):(\d{2})/.exec(text);
  if (match === null) return 0;
  const [, sign, hours, minutes] = match;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function clock(offset: number): string {
  const size = Math.abs(offset);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${offset < 0 ? '−' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** ISO 4217 currencies with their names. */
export function currencies(): { value: string; label: string }[] {
  const names = new Intl.DisplayNames([intlLanguage()], { type: 'currency' });
  return Intl.supportedValuesOf('currency').map((value) => ({
    value,
    label: `${value} · ${names.of(value) ?? value}`,
  }));
}

/** Languages that contacts are commonly written to in; the API takes any BCP 47 tag. */
const TAGS =
  'en zh-CN zh-TW ja ko de fr es it pt pt-BR nl pl cs sk hu ro bg el tr ru uk sv da nb fi et lv lt sl hr sr he ar hi th vi id ms fil'.split(
    ' ',
  );

/** {@link TAGS} with their names; `known` is put in if it is another one. */
export function contactLanguages(known: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames([intlLanguage()], { type: 'language' });
  return [...new Set([...TAGS, known])].map((value) => ({ value, label: names.of(value) ?? value }));
}
