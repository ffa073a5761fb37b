/** Right after the installation: can it do its work, and what to begin with. */
import { Alert, Button, Card, Group, SimpleGrid, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconFileImport, IconFlask, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client';
import { problemOf } from '../../api/problem';
import { serverSentence } from '../../lib/server-sentences';
import { useNews } from '../../lib/stream';
import { Page } from '../../ui/page';
import { PlaceButton } from '../../ui/place-link';
import { useProblemText } from '../../ui/problem-text';
import { Loaded } from '../../ui/states';
import { type Checks, fillWithDemo, runChecks } from './queries';

export const route = createLazyRoute('/s/$store/start')({ component: Start });

function Start() {
  const { t } = useTranslation('home');
  return (
    <Page title={t('start.title')} description={t('start.text')}>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <ChecksCard />
        <Stack>
          <Demo />
          <Card withBorder>
            <Title order={2}>{t('start.import.title')}</Title>
            <Text fz="sm" c="dimmed" mb="md">
              {t('start.import.text')}
            </Text>
            <PlaceButton
              place="/imports/new"
              variant="default"
              leftSection={<IconFileImport size={16} aria-hidden />}
              style={{ alignSelf: 'flex-start' }}
            >
              {t('start.import.action')}
            </PlaceButton>
          </Card>
          <PlaceButton place="/home" variant="subtle" style={{ alignSelf: 'flex-start' }}>
            {t('start.home')}
          </PlaceButton>
        </Stack>
      </SimpleGrid>
    </Page>
  );
}

const CHECKS = ['public_url', 'database', 'mail_path', 'clock', 'disk'] as const;
const ICONS = {
  ok: { icon: IconCheck, color: 'teal' },
  warning: { icon: IconAlertTriangle, color: 'yellow' },
  error: { icon: IconX, color: 'red' },
} as const;

function ChecksCard() {
  const { t } = useTranslation('home');
  const query = useQuery({ queryKey: ['installation-checks'], queryFn: runChecks, staleTime: 0 });
  return (
    <Card withBorder>
      <Group justify="space-between" mb="sm">
        <Title order={2}>{t('start.checks')}</Title>
        <Button
          size="compact-sm"
          variant="default"
          loading={query.isFetching}
          onClick={() => void query.refetch()}
        >
          {t('start.again')}
        </Button>
      </Group>
      <Loaded query={query}>
        {(checks) => (
          <Stack gap="sm">
            {CHECKS.map((key) => (
              <CheckLine key={key} name={key} check={checks[key]} />
            ))}
          </Stack>
        )}
      </Loaded>
    </Card>
  );
}

function CheckLine({ name, check }: { name: (typeof CHECKS)[number]; check: Checks['public_url'] }) {
  const { t } = useTranslation('home');
  const { icon: Icon, color } = ICONS[check.status];
  return (
    <Group wrap="nowrap" align="flex-start" gap="sm">
      <ThemeIcon size={24} radius="xl" variant="light" color={color}>
        <Icon size={14} role="img" aria-label={t(`check.status.${check.status}`)} />
      </ThemeIcon>
      <div>
        <Text fz="sm" fw={500}>
          {t(`check.${name}`)}
        </Text>
        <Text fz="xs" c="dimmed">
          {serverSentence(check.detail)}
        </Text>
      </div>
    </Group>
  );
}

function Demo() {
  const { t } = useTranslation('home');
  const words = useProblemText();
  const [refusal, setRefusal] = useState<string>();
  const [job, setJob] = useState<string>();
  const [news, setNews] = useState<Schema<'JobOut'>>();
  useNews(
    'job',
    useCallback((one: Schema<'JobOut'>) => one.id === job && setNews(one), [job]),
  );
  const fill = async () => {
    setRefusal(undefined);
    try {
      setJob(await fillWithDemo());
    } catch (error) {
      setRefusal(words(problemOf(error)));
    }
  };
  const busy = job !== undefined && news?.state !== 'done' && news?.state !== 'failed';
  return (
    <Card withBorder>
      <Title order={2}>{t('start.demo.title')}</Title>
      <Text fz="sm" c="dimmed" mb="md">
        {t('start.demo.text')}
      </Text>
      {refusal !== undefined && (
        <Alert color="red" role="alert" mb="md">
          {refusal}
        </Alert>
      )}
      <div role="status">
        {news?.state === 'done' && (
          <Alert color="teal" mb="md">
            {t('start.demo.done')}
          </Alert>
        )}
        {news?.state === 'failed' && (
          <Alert color="red" mb="md">
            {news.error}
          </Alert>
        )}
      </div>
      <Button
        leftSection={<IconFlask size={16} aria-hidden />}
        loading={busy}
        disabled={news?.state === 'done'}
        onClick={() => void fill()}
        style={{ alignSelf: 'flex-start' }}
      >
        {t('start.demo.action')}
      </Button>
    </Card>
  );
}
