/** From a choice in a drop-down to what a column becomes, and back. Pure. */
import type { ColumnPlan, Mapping, Target } from './queries';

export const FIELDS = [
  'email',
  'phone',
  'full_name',
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
  'calling_code',
  'note',
  'json',
] as const;
export const ROLES = ['status', 'opt_in_at', 'opt_out_at', 'suppressed', 'bounced'] as const;
export const TYPES = ['text', 'integer', 'number', 'bool', 'date', 'time'] as const;

/** The value of the drop-down for a target. */
export function keyOf(target: Target): string {
  switch (target.kind) {
    case 'field':
      return `field:${target.field}`;
    case 'consent':
      return `consent:${target.channel}:${target.role}`;
    case 'attribute':
      return `attribute:${target.name}`;
    case 'external_id':
      return `external:${target.system}`;
    default:
      return target.kind;
  }
}

/** A custom field as the store has it. */
export interface KnownAttribute {
  name: string;
  type: Extract<Target, { kind: 'attribute' }>['type'];
  class: Extract<Target, { kind: 'attribute' }>['class'];
}

/** A name for a new custom field from a heading; `field` if nothing of the heading can be kept. */
export function attributeName(heading: string): string {
  const name = heading
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 64);
  return name === '' ? 'field' : name;
}

/** The target for a value of the drop-down; `new` makes a custom field named by the heading. */
export function targetOf(key: string, heading: string, known: KnownAttribute[]): Target {
  const [kind = '', a = '', b = ''] = key.split(':');
  if (kind === 'field') return { kind, field: a as Extract<Target, { kind: 'field' }>['field'] };
  if (kind === 'consent') {
    type Consent = Extract<Target, { kind: 'consent' }>;
    return { kind, channel: a as Consent['channel'], role: b as Consent['role'] };
  }
  if (kind === 'external') return { kind: 'external_id', system: a };
  if (kind === 'attribute') {
    const found = known.find((one) => one.name === a);
    return { kind, name: a, type: found?.type ?? 'text', class: found?.class ?? 'fact' };
  }
  if (kind === 'new') return { kind: 'attribute', name: attributeName(heading), type: 'text', class: 'fact' };
  return kind === 'tags' ? { kind: 'tags' } : { kind: 'ignore' };
}

/** The mapping with one column's target said. */
export function withColumn(mapping: Mapping, heading: string, target: Target): Mapping {
  return { ...mapping, columns: { ...mapping.columns, [heading]: target } };
}

/** The mapping with other reading options; what was said of columns of the old reading is forgotten. */
export function withReading(mapping: Mapping, file: Partial<NonNullable<Mapping['file']>>): Mapping {
  return { ...mapping, file: { ...mapping.file, ...file }, columns: {} };
}

/** The mapping with the meaning of a word in consent columns said; undefined leaves it to the server. */
export function withWord(mapping: Mapping, word: string, value: ConsentMeaning | undefined): Mapping {
  const { [word]: _, ...rest } = mapping.consent_words ?? {};
  return { ...mapping, consent_words: value === undefined ? rest : { ...rest, [word]: value } };
}

/** The mapping with what is true of everyone in the file for a channel. */
export function withEveryone(mapping: Mapping, channel: string, value: ConsentMeaning | undefined): Mapping {
  const { [channel]: _, ...rest } = mapping.everyone ?? {};
  return { ...mapping, everyone: value === undefined ? rest : { ...rest, [channel]: value } };
}

export const MEANINGS = [
  'subscribed',
  'unsubscribed',
  'never_subscribed',
  'bounced',
  'complained',
  'suppressed',
] as const;
export type ConsentMeaning = (typeof MEANINGS)[number];

/** Words in columns that say whether somebody agreed, lower-case and each once, as far as the samples show. */
export function consentWords(columns: ColumnPlan[], samples: string[][]): string[] {
  const words = columns.flatMap(({ target }, n) =>
    target.kind === 'consent' && target.role === 'status' ? (samples[n] ?? []) : [],
  );
  return [...new Set(words.map((word) => word.trim().toLowerCase()).filter((word) => word !== ''))];
}

/** True if somebody can be recognised by the file: by address, phone number or an id of another system. */
export function hasAddress(columns: ColumnPlan[]): boolean {
  return columns.some(
    ({ target }) =>
      target.kind === 'external_id' ||
      (target.kind === 'field' && (target.field === 'email' || target.field === 'phone')),
  );
}
