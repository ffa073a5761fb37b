/** Everything known of a contact, with where it came from; a button turns the card into a form. */
import { Anchor, Button, Card, Divider, Group, Stack, Text, Title } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client';
import { countryName, languageName } from '../../lib/format';
import { ActorName } from '../../parts/actor-name/actor-name';
import { Moment } from '../../ui/time';
import { AttributeText } from './attribute-text';
import { birthdayText } from './columns';
import { TEXT_FIELDS, type TextField } from './fields';
import { FieldsForm } from './fields-form';
import { attributesQuery, type Contact } from './queries';

type Source = Schema<'SourceOut'>;

export function FieldsCard({ contact }: { contact: Contact }) {
  const { t } = useTranslation('contacts');
  const [editing, setEditing] = useState(false);
  const attributes = useQuery(attributesQuery()).data?.items;
  return (
    <Card withBorder>
      <Group justify="space-between" mb="xs">
        <Title order={2}>{t('fields')}</Title>
        {!editing && attributes !== undefined && (
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconPencil size={14} aria-hidden />}
            onClick={() => setEditing(true)}
          >
            {t('edit')}
          </Button>
        )}
      </Group>
      {editing && attributes !== undefined ? (
        <FieldsForm contact={contact} attributes={attributes} onEnd={() => setEditing(false)} />
      ) : (
        <Facts contact={contact} />
      )}
    </Card>
  );
}

function useFieldText(contact: Contact): (name: TextField) => string | null | undefined {
  const { t } = useTranslation('contacts');
  return (name) => {
    const value = contact[name];
    if (!value) return undefined;
    if (name === 'country') return countryName(value);
    if (name === 'language') return languageName(value);
    if (name === 'gender') return t(`gender.${value}`);
    if (name === 'birthday') return birthdayText(value);
    return value;
  };
}

function Facts({ contact }: { contact: Contact }) {
  const { t } = useTranslation('contacts');
  const text = useFieldText(contact);
  const attributes = useQuery(attributesQuery()).data?.items ?? [];
  const known = TEXT_FIELDS.filter((name) => text(name));
  const own = attributes.filter((a) => contact.attributes[a.name] !== undefined);
  return (
    <Stack gap={6}>
      {known.length === 0 && own.length === 0 && <Text c="dimmed">{t('noFields')}</Text>}
      {known.map((name) => (
        <Fact key={name} label={t(`field.${name}`)} source={sourceOf(contact, name)}>
          {text(name)}
        </Fact>
      ))}
      {own.length > 0 && <Divider my={4} label={t('customFields')} labelPosition="left" />}
      {own.map((a) => (
        <Fact key={a.name} label={a.label} source={sourceOf(contact, `attributes.${a.name}`)}>
          <AttributeText value={contact.attributes[a.name]} type={a.type} />
        </Fact>
      ))}
      <Divider my={4} label={t('record')} labelPosition="left" />
      <Fact label={t('column.origin')}>
        <Origin from={{ origin: contact.origin, import: contact.import }} />
      </Fact>
      <Fact label={t('column.created')}>
        <Moment at={contact.created_at} />
      </Fact>
      <Fact label={t('column.changed')}>
        <Moment at={contact.updated_at} />
      </Fact>
      {contact.external_ids.map((external) => (
        <Fact key={`${external.system}:${external.id}`} label={t('externalId', { system: external.system })}>
          <Text fz="xs" ff="monospace" component="span">
            {external.id}
          </Text>
        </Fact>
      ))}
      <Fact label={t('column.id')}>
        <Text fz="xs" ff="monospace" component="span">
          {contact.id}
        </Text>
      </Fact>
    </Stack>
  );
}

/** What brought something; an import can be opened. */
function Origin({ from, fz = 'sm' }: { from: Pick<Source, 'origin' | 'import'>; fz?: string }) {
  const { t } = useTranslation('contacts');
  const { store } = useParams({ from: '/s/$store' });
  const origin = t(`origin.${from.origin}`);
  if (!from.import) return origin;
  return (
    <Anchor
      fz={fz}
      underline="always"
      renderRoot={(props) => (
        <Link to="/s/$store/imports/$import" params={{ store, import: from.import ?? '' }} {...props} />
      )}
    >
      {origin}
    </Anchor>
  );
}

const sourceOf = (contact: Contact, field: string) => contact.sources?.find((s) => s.field === field);

function Fact({
  label,
  source,
  children,
}: {
  label: string;
  source?: Source | undefined;
  children: ReactNode;
}) {
  return (
    <Group gap="sm" wrap="nowrap" align="baseline">
      <Text fz="sm" c="dimmed" w={104} style={{ flexShrink: 0 }}>
        {label}
      </Text>
      <Text fz="sm" component="div" style={{ overflowWrap: 'anywhere' }}>
        {children}
        {source !== undefined && <SourceLine source={source} />}
      </Text>
    </Group>
  );
}

/** Where a value came from and since when: `Import · 3 days ago`, `By hand, Ana · yesterday`. */
function SourceLine({ source }: { source: Source }) {
  return (
    <Text fz="xs" c="dimmed" component="div">
      <Origin from={source} fz="xs" />
      {source.actor && source.actor !== 'system' && (
        <>
          {', '}
          <ActorName actor={source.actor} />
        </>
      )}
      {' · '}
      <Moment at={source.at} />
    </Text>
  );
}
