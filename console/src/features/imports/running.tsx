/** An import at work: how far, what came of the rows so far, and a way to stop it. */
import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useThrottledCallback } from '@mantine/hooks';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { refresh } from '../../lib/query-client';
import { useNews } from '../../lib/stream';
import { hasEnded, type Job, useJob, useJobEnd } from '../../parts/job-watch';
import { ask } from '../../ui/confirm';
import { useProblemText } from '../../ui/problem-text';
import { toastFailed } from '../../ui/toasts';
import { CountGrid } from './counts';
import { JobLine } from './job-line';
import { afterImport, cancelImport, type Import } from './queries';

/** Counts are asked for at most this often while rows are read. */
const EVERY_MS = 1_000;

export function Running({ item }: { item: Import }) {
  const { t } = useTranslation('imports');
  const words = useProblemText();
  const job = useJob(item.job);
  useJobEnd(job, () => void afterImport());
  const counted = useThrottledCallback(() => void refresh(`/api/v1/imports/{id}`), EVERY_MS);
  useNews(
    'job',
    useCallback(
      (news: Job) => {
        if (news.id === item.job && !hasEnded(news)) counted();
      },
      [item.job, counted],
    ),
  );
  const stop = () =>
    ask({
      title: t('stop.title'),
      text: t('stop.text'),
      action: t('stop.action'),
      danger: true,
      onConfirm: () =>
        void cancelImport(item.id).catch((error: unknown) => toastFailed(error, words(problemOf(error)))),
    });
  return (
    <Card withBorder>
      <Stack>
        <Group justify="space-between">
          <Title order={2}>{t('running.title')}</Title>
          <Button variant="default" onClick={stop} disabled={job?.cancel_requested}>
            {t(job?.cancel_requested ? 'running.stopping' : 'stop.action')}
          </Button>
        </Group>
        <JobLine job={job} label={t('running.label')} />
        <CountGrid counts={item.counts} />
        <Text fz="sm" c="dimmed">
          {t('running.text')}
        </Text>
      </Stack>
    </Card>
  );
}
