/** Chooses segments by name: several, or one. Archived ones are not offered, but one that is chosen keeps its name. */
import { Group, MultiSelect, Select, Text } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { number } from '../../lib/format';
import { selectText } from '../../ui/select-text';
import { useSeveral } from '../../ui/several';
import { everySegmentQuery, type Segment, segmentQuery } from './queries';

interface CommonProps {
  label: string;
  /** Keeps the label for screen readers only, where the place says it already. */
  hideLabel?: boolean;
  description?: ReactNode;
  error?: ReactNode;
  placeholder?: string;
  disabled?: boolean;
  /** Ids that are not offered, such as those chosen elsewhere. */
  without?: string[];
  size?: 'xs' | 'sm' | 'md';
  w?: number | string;
}

const SHOWN_MAX = 100;

/** Segments to choose from, with those already chosen even if they are archived. */
function useOptions(chosen: string[], without: string[] = []) {
  const { t } = useTranslation('pickers');
  const every = useQuery(everySegmentQuery());
  const listed = every.data ?? [];
  const missing = every.data === undefined ? [] : chosen.filter((id) => !listed.some((s) => s.id === id));
  const found = useQueries({ queries: missing.map((id) => segmentQuery(id)) });
  const extra = found.flatMap(({ data }) => (data === undefined ? [] : [data]));
  const unknown = missing.filter((id) => !extra.some((s) => s.id === id));
  const offered = listed.filter((s) => !without.includes(s.id) || chosen.includes(s.id));
  const byId = new Map<string, Segment>([...offered, ...extra].map((s) => [s.id, s]));
  const data = [
    ...[...byId.values()].map((s) => ({
      value: s.id,
      label: s.archived_at ? t('segment.archived', { name: s.name }) : s.name,
    })),
    ...unknown.map((id) => ({ value: id, label: every.isFetching ? '…' : t('segment.gone') })),
  ];
  return { data, byId, loading: every.isPending };
}

function Option({ segment, label }: { segment: Segment | undefined; label: string }) {
  const { t } = useTranslation('pickers');
  const members = segment?.members;
  return (
    <Group justify="space-between" wrap="nowrap" flex={1} gap="md">
      <Text fz="sm" truncate>
        {label}
      </Text>
      <Text fz="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
        {members === null || members === undefined
          ? t('segment.uncounted')
          : t('segment.members', { count: members, shown: number(members) })}
      </Text>
    </Group>
  );
}

function common(props: CommonProps, loading: boolean, nothing: string) {
  const { label, hideLabel = false, description, error, disabled, size, w } = props;
  return {
    label: hideLabel ? undefined : label,
    'aria-label': hideLabel ? label : undefined,
    description,
    error,
    disabled,
    size,
    w,
    searchable: true,
    limit: SHOWN_MAX,
    selectFirstOptionOnChange: true,
    ...selectText,
    nothingFoundMessage: loading ? '…' : nothing,
  };
}

/** Several segments; `value` holds their ids. */
export function SegmentPicker(props: CommonProps & { value: string[]; onChange: (ids: string[]) => void }) {
  const { value, onChange, without, placeholder } = props;
  const { t } = useTranslation('pickers');
  const { data, byId, loading } = useOptions(value, without);
  const list = useSeveral();
  return (
    <MultiSelect
      {...common(props, loading, t('segment.nothing'))}
      {...list}
      placeholder={value.length === 0 ? (placeholder ?? t('segment.placeholder')) : undefined}
      data={data}
      value={value}
      onChange={onChange}
      hidePickedOptions
      renderOption={({ option }) => <Option segment={byId.get(option.value)} label={option.label} />}
    />
  );
}

/** One segment; `value` is its id, or null. */
export function SegmentSelect(
  props: CommonProps & { value: string | null; onChange: (id: string | null) => void; clearable?: boolean },
) {
  const { value, onChange, without, placeholder, clearable = false } = props;
  const { t } = useTranslation('pickers');
  const { data, byId, loading } = useOptions(value === null ? [] : [value], without);
  return (
    <Select
      {...common(props, loading, t('segment.nothing'))}
      placeholder={placeholder ?? t('segment.placeholder')}
      data={data}
      value={value}
      onChange={onChange}
      clearable={clearable}
      clearButtonProps={{ 'aria-label': t('clear') }}
      allowDeselect={clearable}
      renderOption={({ option }) => <Option segment={byId.get(option.value)} label={option.label} />}
    />
  );
}
