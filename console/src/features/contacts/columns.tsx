/** Columns of the contacts list: the common fields, and every custom field of the store. */
import { Badge, Group, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client';
import { calendarDay, countryName, languageName } from '../../lib/format';
import { ChannelChips, ContactLink } from '../../parts/contact-bits';
import type { Column } from '../../ui/data-table';
import { hint } from '../../ui/hint';
import { Moment } from '../../ui/time';
import { AttributeText } from './attribute-text';
import type { Contact } from './queries';

/** Hidden until somebody wants them. */
export const HIDDEN_AT_FIRST = [
  'email',
  'phone',
  'city',
  'region',
  'postcode',
  'company',
  'birthday',
  'gender',
  'language',
  'time_zone',
  'origin',
  'updated_at',
  'id',
];

const plain = (text: string | null | undefined) => text || '—';

function useFieldColumns(): Column<Contact>[] {
  const { t } = useTranslation('contacts');
  return useMemo<Column<Contact>[]>(
    () => [
      { id: 'name', header: t('column.name'), cell: (c) => <ContactLink contact={c} />, width: 260 },
      { id: 'channels', header: t('column.channels'), cell: (c) => <ChannelChips channels={c.channels} /> },
      { id: 'tags', header: t('column.tags'), cell: (c) => <TagList tags={c.tags} /> },
      {
        id: 'country',
        header: t('field.country'),
        cell: (c) => plain(c.country && countryName(c.country)),
        width: 150,
      },
      { id: 'email', header: t('field.email'), cell: (c) => plain(c.email) },
      { id: 'phone', header: t('field.phone'), cell: (c) => plain(c.phone) },
      { id: 'city', header: t('field.city'), cell: (c) => plain(c.city) },
      { id: 'region', header: t('field.region'), cell: (c) => plain(c.region) },
      { id: 'postcode', header: t('field.postcode'), cell: (c) => plain(c.postcode) },
      { id: 'company', header: t('field.company'), cell: (c) => plain(c.company) },
      { id: 'birthday', header: t('field.birthday'), cell: (c) => plain(birthdayText(c.birthday)) },
      { id: 'gender', header: t('field.gender'), cell: (c) => plain(c.gender && t(`gender.${c.gender}`)) },
      {
        id: 'language',
        header: t('field.language'),
        cell: (c) => plain(c.language && languageName(c.language)),
      },
      { id: 'time_zone', header: t('field.time_zone'), cell: (c) => plain(c.time_zone) },
      { id: 'origin', header: t('column.origin'), cell: (c) => plain(t(`origin.${c.origin}`)) },
      {
        id: 'created_at',
        header: t('column.created'),
        cell: (c) => <Moment at={c.created_at} />,
        width: 150,
      },
      {
        id: 'updated_at',
        header: t('column.changed'),
        cell: (c) => <Moment at={c.updated_at} />,
        width: 150,
      },
      {
        id: 'id',
        header: t('column.id'),
        cell: (c) => (
          <Text ff="monospace" fz="xs">
            {c.id}
          </Text>
        ),
      },
    ],
    [t],
  );
}

/** Every column, custom fields last. */
export function useColumns(attributes: Schema<'AttributeOut'>[]): Column<Contact>[] {
  const fields = useFieldColumns();
  return useMemo(
    () => [
      ...fields,
      ...attributes.map((a) => ({
        id: `attribute.${a.name}`,
        header: a.label,
        align: a.type === 'integer' || a.type === 'number' ? ('end' as const) : undefined,
        cell: (c: Contact) => <AttributeText value={c.attributes[a.name]} type={a.type} />,
      })),
    ],
    [fields, attributes],
  );
}

/** `12 July 1953`, or without a year what the server says (`--07-12`). */
export function birthdayText(birthday: string | null | undefined): string | null {
  if (!birthday) return null;
  return birthday.startsWith('--') ? birthday.slice(2) : calendarDay(birthday);
}

const SHOWN = 2;

const isBatch = (tag: Contact['tags'][number]) => tag.name.startsWith('import-');

function TagList({ tags }: { tags: Contact['tags'] }) {
  // Every import leaves its tag; the others say more.
  const [batches, own] = [tags.filter(isBatch), tags.filter((tag) => !isBatch(tag))];
  const names = [...own, ...batches].map((tag) => tag.name);
  const rest = names.slice(SHOWN);
  return (
    <Group gap={4} wrap="nowrap">
      {names.slice(0, SHOWN).map((name) => (
        <Badge key={name} color="gray" className="sp-status" data-tone="neutral" maw={140}>
          {name}
        </Badge>
      ))}
      {rest.length > 0 && (
        <Text fz="xs" c="dimmed" tabIndex={0} {...hint(rest.join(', '))}>
          +{rest.length}
        </Text>
      )}
    </Group>
  );
}
