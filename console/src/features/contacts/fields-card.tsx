/** Everything known of a contact, with where it came from; a button turns the card into a form. */
import { Anchor, Button, Card, Divider, Group, Stack, Text, Title } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { countryName, languageName } from '../../lib/format';
import { Moment } from '../../ui/time';
import { AttributeText } from './attribute-text';
import { birthdayText } from './columns';
import { TEXT_FIELDS, type TextField } from './fields';
import { FieldsForm } from './fields-form';
import { attributesQuery, type Contact } from './queries';

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
        <Fact key={name} label={t(`field.${name}`)}>
          {text(name)}
        </Fact>
      ))}
      {own.length > 0 && <Divider my={4} label={t('customFields')} labelPosition="left" />}
      {own.map((a) => (
        <Fact key={a.name} label={a.label}>
          <AttributeText value={contact.attributes[a.name]} type={a.type} />
        </Fact>
      ))}
      <Divider my={4} label={t('record')} labelPosition="left" />
      <Fact label={t('column.origin')}>
        <Origin contact={contact} />
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

function Origin({ contact }: { contact: Contact }) {
  const { t } = useTranslation('contacts');
  const { store } = useParams({ from: '/s/$store' });
  const origin = t(`origin.${contact.origin}`);
  if (!contact.import) return origin;
  return (
    <Anchor
      fz="sm"
      renderRoot={(props) => (
        <Link to="/s/$store/imports/$import" params={{ store, import: contact.import ?? '' }} {...props} />
      )}
    >
      {origin}
    </Anchor>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Group gap="sm" wrap="nowrap" align="baseline">
      <Text fz="sm" c="dimmed" w={104} style={{ flexShrink: 0 }}>
        {label}
      </Text>
      <Text fz="sm" component="div" style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </Group>
  );
}
