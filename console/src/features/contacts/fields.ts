/** Fields of a contact as a form writes them, and what of it has changed. Pure. */
import type { Schema } from '../../api/client';
import type { Contact, ContactPatch } from './queries';

/** Fields that hold a text, in the order they are shown. */
export const TEXT_FIELDS = [
  'email',
  'phone',
  'first_name',
  'last_name',
  'birthday',
  'gender',
  'language',
  'time_zone',
  'company',
  'address',
  'address2',
  'postcode',
  'city',
  'region',
  'country',
  'note',
] as const;
export type TextField = (typeof TEXT_FIELDS)[number];
type Attribute = Schema<'AttributeOut'>;

export type Values = Record<TextField, string> & { attributes: Record<string, string> };

/** What the form begins with. */
export function valuesOf(contact: Contact, attributes: Attribute[]): Values {
  const texts = TEXT_FIELDS.map((name) => [name, contact[name] ?? '']);
  const own = attributes.map((a) => [a.name, textOf(contact.attributes[a.name])]);
  return { ...Object.fromEntries(texts), attributes: Object.fromEntries(own) } as Values;
}

function textOf(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}

/** A custom field's text as its type wants it; a text that does not fit is left for the server to refuse. */
export function typed(text: string, type: Attribute['type']): string | number | boolean | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  if (type === 'bool') return trimmed === 'true' ? true : trimmed === 'false' ? false : trimmed;
  if (type === 'integer' || type === 'number') {
    const value = Number(trimmed);
    return Number.isFinite(value) ? value : trimmed;
  }
  return trimmed;
}

/** Only what differs: changed fields with their new value, emptied ones with null. Undefined if nothing does. */
export function patchOf(before: Values, after: Values, attributes: Attribute[]): ContactPatch | undefined {
  const changed = TEXT_FIELDS.filter((name) => after[name].trim() !== before[name].trim());
  const patch: Record<string, unknown> = Object.fromEntries(
    changed.map((name) => [name, after[name].trim() === '' ? null : after[name].trim()]),
  );
  const own = attributes.filter(
    ({ name }) => (after.attributes[name] ?? '').trim() !== (before.attributes[name] ?? '').trim(),
  );
  if (own.length > 0) {
    patch['attributes'] = Object.fromEntries(
      own.map(({ name, type }) => [name, typed(after.attributes[name] ?? '', type)]),
    );
  }
  return Object.keys(patch).length === 0 ? undefined : (patch as ContactPatch);
}
