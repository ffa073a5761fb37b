/** One DNS record: what it is for, what to publish, what was found, and what to do. */
import { Alert, Card, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useServerWords } from '../../lib/server-words';
import { CopyButton } from '../../ui/copy-button';
import { RecordStatus } from './parts';
import type { DnsRecord } from './queries';

export function RecordCard({ record }: { record: DnsRecord }) {
  const { t } = useTranslation('domains');
  const words = useServerWords('domains');
  const isOff = record.status !== 'ok' && record.status !== 'unchecked';
  return (
    <Card withBorder padding="md" component="article" aria-label={t(`purpose.${record.purpose}`)}>
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <div>
            <Text fw={600}>{t(`purpose.${record.purpose}`)}</Text>
            <Text fz="sm" c="dimmed">
              {t(`purposeHelp.${record.purpose}`)}{' '}
              {record.required ? t('records.required') : t('records.advised')}
            </Text>
          </div>
          <RecordStatus record={record} />
        </Group>
        <dl className="sp-record">
          <Field name={t('records.type')}>{record.kind}</Field>
          <Field name={t('records.host')} copy={record.name}>
            {record.name}
          </Field>
          <Field name={t('records.value')} copy={record.value}>
            {record.value}
          </Field>
          {isOff && (
            <Field name={t('records.found')}>
              {record.found.length > 0 ? record.found.join('\n') : t('records.nothing')}
            </Field>
          )}
        </dl>
        {isOff && (
          <Alert color={record.status === 'missing' || record.status === 'wrong' ? 'red' : 'yellow'} p="xs">
            {words(`detail.${record.purpose}.${record.status}`, record.detail)}
          </Alert>
        )}
      </Stack>
    </Card>
  );
}

function Field({ name, copy, children }: { name: string; copy?: string; children: ReactNode }) {
  const { t } = useTranslation('domains');
  return (
    <>
      <Text component="dt" fz="xs" c="dimmed">
        {name}
      </Text>
      <Group component="dd" gap={4} wrap="nowrap" align="flex-start">
        <Text ff="monospace" fz="sm" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-line' }}>
          {children}
        </Text>
        {copy !== undefined && <CopyButton value={copy} label={t('records.copy', { what: name })} />}
      </Group>
    </>
  );
}
