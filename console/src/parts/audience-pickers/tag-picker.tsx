/** Chooses tags by name: several (new ones by typing, where that is allowed), or one. */
import { MultiSelect, Select, TagsInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { selectText } from '../../ui/select-text';
import { useSeveral } from '../../ui/several';
import { everyTagQuery } from './queries';

interface CommonProps {
  label: string;
  /** Keeps the label for screen readers only, where the place says it already. */
  hideLabel?: boolean;
  description?: ReactNode;
  error?: ReactNode;
  placeholder?: string;
  disabled?: boolean;
  size?: 'xs' | 'sm' | 'md';
  w?: number | string;
  'data-autofocus'?: boolean;
}

const SHOWN_MAX = 100;
/** Longest name of a tag (the server's limit). */
const NAME_MAX = 100;

function common(props: CommonProps) {
  const { label, hideLabel = false, description, error, disabled, size, w } = props;
  return {
    label: hideLabel ? undefined : label,
    'aria-label': hideLabel ? label : undefined,
    'data-autofocus': props['data-autofocus'],
    description,
    error,
    disabled,
    size,
    w,
    limit: SHOWN_MAX,
    selectFirstOptionOnChange: true,
    ...selectText,
  };
}

/** Several tags; `value` holds their names. With `create`, names that are not there yet can be typed. */
export function TagPicker(
  props: CommonProps & { value: string[]; onChange: (names: string[]) => void; create?: boolean },
) {
  const { value, onChange, create = false, placeholder } = props;
  const { t } = useTranslation('pickers');
  const names = (useQuery(everyTagQuery()).data ?? []).map((tag) => tag.name);
  const hint = value.length === 0 ? (placeholder ?? t('tag.placeholder')) : undefined;
  const list = useSeveral();
  if (create) {
    const clean = (typed: string[]) => {
      // Also after a word that was typed.
      list.onDropdownClose();
      onChange([
        ...new Set(typed.map((name) => name.trim().slice(0, NAME_MAX)).filter((name) => name !== '')),
      ]);
    };
    return (
      <TagsInput
        {...common(props)}
        // What is typed is meant, not the first tag that begins like it.
        selectFirstOptionOnChange={false}
        placeholder={hint}
        data={names}
        value={value}
        onChange={clean}
        {...list}
        splitChars={[',']}
        acceptValueOnBlur
      />
    );
  }
  const data = [...new Set([...names, ...value])];
  return (
    <MultiSelect
      {...common(props)}
      {...list}
      placeholder={hint}
      data={data}
      value={value}
      onChange={onChange}
      searchable
      hidePickedOptions
      nothingFoundMessage={t('tag.nothing')}
    />
  );
}

/** One tag; `value` is its name, or null. */
export function TagSelect(
  props: CommonProps & { value: string | null; onChange: (name: string | null) => void; clearable?: boolean },
) {
  const { value, onChange, placeholder, clearable = false } = props;
  const { t } = useTranslation('pickers');
  const names = (useQuery(everyTagQuery()).data ?? []).map((tag) => tag.name);
  const data = value !== null && !names.includes(value) ? [value, ...names] : names;
  return (
    <Select
      {...common(props)}
      placeholder={placeholder ?? t('tag.placeholder')}
      data={data}
      value={value}
      onChange={onChange}
      searchable
      clearable={clearable}
      clearButtonProps={{ 'aria-label': t('clear') }}
      allowDeselect={clearable}
      nothingFoundMessage={t('tag.nothing')}
    />
  );
}
