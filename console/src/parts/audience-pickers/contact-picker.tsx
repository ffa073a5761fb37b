/** Chooses one contact by typing: an exact e-mail or phone, or a part of a name or any other field. */
import { Loader, Select, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { selectText } from '../../ui/select-text';
import { contactAddress, contactName } from './contact-name';
import { type Contact, contactQuery, contactSearchQuery } from './queries';

const WAIT_MS = 300;

export interface ContactPickerProps {
  label: string;
  hideLabel?: boolean;
  description?: ReactNode;
  error?: ReactNode;
  placeholder?: string;
  /** The contact's id, or null. */
  value: string | null;
  onChange: (id: string | null, contact: Contact | undefined) => void;
  clearable?: boolean;
  disabled?: boolean;
  size?: 'xs' | 'sm' | 'md';
  w?: number | string;
}

export function ContactPicker(props: ContactPickerProps) {
  const { label, hideLabel = false, description, error, placeholder, value, onChange } = props;
  const { clearable = false, disabled, size, w } = props;
  const { t } = useTranslation('pickers');
  const [typed, setTyped] = useState('');
  const [text] = useDebouncedValue(typed.trim(), WAIT_MS);
  const chosen = useQuery({ ...contactQuery(value ?? ''), enabled: value !== null });
  const chosenName = chosen.data === undefined ? undefined : contactName(chosen.data);
  // What stands in the field once somebody is chosen is no question to the server.
  const asked = text === chosenName ? '' : text;
  const found = useQuery({ ...contactSearchQuery(asked), placeholderData: keepPreviousData });
  const contacts = new Map((found.data ?? []).map((contact) => [contact.id as string, contact]));
  if (chosen.data !== undefined) contacts.set(chosen.data.id, chosen.data);
  const names = [...contacts.values()].map((c) => ({ value: c.id as string, label: contactName(c) }));
  if (value !== null && !contacts.has(value)) names.push({ value, label: '…' });
  return (
    <Select
      label={hideLabel ? undefined : label}
      aria-label={hideLabel ? label : undefined}
      description={description}
      error={error}
      disabled={disabled}
      size={size}
      w={w}
      placeholder={placeholder ?? t('contact.placeholder')}
      data={names}
      value={value}
      onChange={(id) => onChange(id, id === null ? undefined : contacts.get(id))}
      searchable
      selectFirstOptionOnChange
      {...selectText}
      searchValue={typed}
      onSearchChange={setTyped}
      // The server has searched already, in more fields than the name.
      filter={({ options }) => options}
      clearable={clearable}
      clearButtonProps={{ 'aria-label': t('clear') }}
      allowDeselect={clearable}
      rightSection={found.isFetching ? <Loader size={14} aria-label={t('contact.searching')} /> : undefined}
      nothingFoundMessage={found.isFetching ? t('contact.searching') : t('contact.nothing')}
      renderOption={({ option }) => <Option contact={contacts.get(option.value)} label={option.label} />}
    />
  );
}

function Option({ contact, label }: { contact: Contact | undefined; label: string }) {
  const address = contact === undefined ? '' : contactAddress(contact);
  return (
    <Stack gap={0} miw={0}>
      <Text fz="sm" truncate>
        {label}
      </Text>
      {address !== '' && (
        <Text fz="xs" c="dimmed" truncate>
          {address}
        </Text>
      )}
    </Stack>
  );
}
