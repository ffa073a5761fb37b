/** Tests a relay and shows what was found, step by step. */
import { Alert, Button, Center, Group, Loader, Modal, Stack, Text } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { bytes } from '../../lib/format';
import { serverSentence } from '../../lib/server-sentences';
import { useServerWords } from '../../lib/server-words';
import { Failed } from '../../ui/states';
import { type Relay, relaysQuery, type TestReport, testRelay } from './queries';

export function TestDialog({ relay, onClose }: { relay: Relay | undefined; onClose: () => void }) {
  const { t } = useTranslation('relays');
  return (
    <Modal
      opened={relay !== undefined}
      onClose={onClose}
      title={t('test.title', { name: relay?.name ?? '' })}
      size="lg"
    >
      {relay !== undefined && <Test key={relay.id} relay={relay} onClose={onClose} />}
    </Modal>
  );
}

function Test({ relay, onClose }: { relay: Relay; onClose: () => void }) {
  const { t } = useTranslation('relays');
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: ['relay-test', relay.id],
    queryFn: async () => {
      const report = await testRelay(relay.id);
      void queries.invalidateQueries({ queryKey: relaysQuery().queryKey });
      return report;
    },
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Stack aria-live="polite">
      {query.isFetching ? (
        <Center py="lg">
          <Group gap="sm">
            <Loader size="sm" />
            <Text fz="sm">{t('test.running')}</Text>
          </Group>
        </Center>
      ) : query.error ? (
        <Failed error={query.error} />
      ) : (
        query.data !== undefined && <Report report={query.data} />
      )}
      <Group justify="flex-end">
        <Button variant="default" loading={query.isFetching} onClick={() => void query.refetch()}>
          {t('test.again')}
        </Button>
        <Button onClick={onClose}>{t('common:close')}</Button>
      </Group>
    </Stack>
  );
}

function Report({ report }: { report: TestReport }) {
  const { t } = useTranslation('relays');
  const words = useServerWords('relays');
  const detail = serverSentence(report.detail);
  const key = report.passed
    ? `test.found.${report.encrypted ? 'encrypted' : report.message_bytes_max || report.capabilities.length > 0 ? 'open' : 'sandbox'}`
    : `test.failedAt.${report.failed_at ?? 'connect'}`;
  return (
    <Stack gap="sm">
      <Alert
        color={report.passed ? 'teal' : 'red'}
        icon={report.passed ? <IconCircleCheck aria-hidden /> : <IconCircleX aria-hidden />}
        title={report.passed ? t('test.passed') : t('test.failed')}
      >
        <Text fz="sm">{words(key, report.detail)}</Text>
        {!report.passed && words(key, report.detail) !== detail && (
          <Text fz="xs" mt={4} ff="monospace" style={{ overflowWrap: 'anywhere' }}>
            {detail}
          </Text>
        )}
      </Alert>
      <dl className="sp-record">
        {report.failed_at && <Fact name={t('test.stage')} value={t(`test.stages.${report.failed_at}`)} />}
        <Fact
          name={t('test.encryption')}
          value={report.encrypted ? t('test.isEncrypted') : t('test.isNotEncrypted')}
        />
        {report.capabilities.length > 0 && (
          <Fact name={t('test.capabilities')} value={report.capabilities.join(', ')} />
        )}
        {report.message_bytes_max ? (
          <Fact name={t('test.largest')} value={bytes(report.message_bytes_max)} />
        ) : null}
      </dl>
    </Stack>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <Text component="dt" fz="sm" c="dimmed">
        {name}
      </Text>
      <Text component="dd" fz="sm">
        {value}
      </Text>
    </>
  );
}
