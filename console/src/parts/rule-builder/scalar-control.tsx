/** The value of a custom attribute, as its type wants it. */

import { NumberInput, Select, TextInput } from '@mantine/core';
import { DateInput } from '@mantine/dates';
import { useTranslation } from 'react-i18next';
import { instantOf, wallTime } from '../../lib/wall-time';
import { MomentPicker, useCalendarWords } from '../../ui/moment-picker';
import type { Attribute } from './catalogue';
import type { FieldValue } from './model';

export interface ScalarProps {
  label: string;
  type: Attribute['type'] | undefined;
  value: FieldValue | undefined;
  error: boolean;
  onChange: (value: FieldValue | undefined) => void;
}

export function ScalarControl(props: ScalarProps) {
  const { t } = useTranslation('rules');
  const { label, type, value, error, onChange } = props;
  const common = { size: 'sm', 'aria-label': label, error } as const;
  switch (type) {
    case 'bool':
      return (
        <Select
          {...common}
          w={110}
          placeholder={label}
          data={[
            { value: 'true', label: t('yes') },
            { value: 'false', label: t('no') },
          ]}
          value={typeof value === 'boolean' ? String(value) : null}
          allowDeselect={false}
          onChange={(next) => onChange(next === null ? undefined : next === 'true')}
        />
      );
    case 'integer':
    case 'number':
      return (
        <NumberInput
          {...common}
          w={130}
          placeholder="0"
          allowDecimal={type === 'number'}
          value={typeof value === 'number' ? value : ''}
          onChange={(next) => onChange(next === '' ? undefined : Number(next))}
        />
      );
    case 'date':
      return <DayControl {...props} />;
    case 'time':
      return <InstantControl {...props} />;
    default:
      return (
        <TextInput
          {...common}
          w={200}
          placeholder={label}
          maxLength={200}
          value={typeof value === 'string' ? value : ''}
          onChange={(event) => onChange(event.currentTarget.value || undefined)}
        />
      );
  }
}

/** A calendar day: `2026-11-26`. */
export function DayControl({ label, value, error, onChange }: Omit<ScalarProps, 'type'>) {
  const words = useCalendarWords();
  return (
    <DateInput
      {...words}
      size="sm"
      w={150}
      aria-label={label}
      placeholder="2026-11-26"
      error={error}
      valueFormat="YYYY-MM-DD"
      value={typeof value === 'string' && value !== '' ? value.slice(0, 10) : null}
      onChange={(next) => onChange(next ?? undefined)}
    />
  );
}

/** An instant, picked as a wall time of the store's zone and kept in UTC. */
function InstantControl({ label, value, error, onChange }: Omit<ScalarProps, 'type'>) {
  const shown =
    typeof value === 'string' && value !== ''
      ? wallTime(new Date(value.length === 10 ? `${value}T00:00:00Z` : value))
      : null;
  return (
    <MomentPicker
      size="sm"
      w={190}
      aria-label={label}
      placeholder="2026-11-26 09:00"
      error={error}
      value={shown}
      onChange={(next) => onChange(next === null ? undefined : instantOf(next))}
    />
  );
}
