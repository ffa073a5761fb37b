/** The value of a custom field in the reader's words. */
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client';
import { calendarDay, dateTime, number } from '../../lib/format';

export function AttributeText({ value, type }: { value: unknown; type: Schema<'AttributeType'> }) {
  const { t } = useTranslation('contacts');
  const words = () => {
    if (value === undefined || value === null) return '—';
    if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
    if (typeof value === 'number') return number(value);
    if (type === 'date') return calendarDay(String(value));
    if (type === 'time') return dateTime(String(value));
    return String(value);
  };
  return (
    <Text fz="sm" component="span">
      {words()}
    </Text>
  );
}
