/** A job as a line: what it does, how far it is, how it ended. */
import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { number } from '../../lib/format';
import { serverSentence } from '../../lib/server-sentences';
import { Status, type Tone } from '../../ui/status';
import { Moment } from '../../ui/time';
import { toastFailed } from '../../ui/toasts';
import { cancelJob, isOpen, isPlanned, type Job } from './queries';

const TONES: Record<Job['state'], Tone> = {
  queued: 'neutral',
  running: 'busy',
  done: 'good',
  failed: 'bad',
  cancelled: 'neutral',
};

export function JobState({ job }: { job: Job }) {
  const { t } = useTranslation('jobs');
  return <Status tone={TONES[job.state]} label={t(isPlanned(job) ? 'planned' : `state.${job.state}`)} />;
}

/** What a kind of job does, in words; a kind without words of its own shows its name. */
export function useJobName(): (job: Job) => string {
  const { t, i18n } = useTranslation('jobs');
  return (job) => {
    const key = `kind.${job.kind.replaceAll('.', '_')}`;
    return i18n.exists(`jobs:${key}`) ? t(key) : job.kind;
  };
}

export function JobProgress({ job }: { job: Job }) {
  const { t } = useTranslation('jobs');
  if (isPlanned(job)) {
    return (
      <Text fz="xs" c="dimmed" component="div">
        <Moment at={job.due_at} />
      </Text>
    );
  }
  if (!isOpen(job)) return null;
  const known = job.total > 0;
  return (
    <Stack gap={2}>
      <Progress
        value={known ? (100 * job.done) / job.total : 100}
        animated={!known}
        size="sm"
        aria-label={t('progress')}
      />
      <Text fz="xs" c="dimmed">
        {known
          ? t('doneOf', { done: number(job.done), total: number(job.total) })
          : t('done', { done: number(job.done) })}
      </Text>
    </Stack>
  );
}

export function JobLine({ job }: { job: Job }) {
  const { t } = useTranslation('jobs');
  const name = useJobName();
  const queries = useQueryClient();
  const cancel = () =>
    cancelJob(job.id).then(
      () => queries.invalidateQueries({ queryKey: ['get', '/api/v1/jobs'] }),
      (error: unknown) => toastFailed(error),
    );
  return (
    <Stack gap={4} py="xs">
      <Group justify="space-between" wrap="nowrap">
        <Text fz="sm" fw={500} truncate>
          {name(job)}
        </Text>
        <JobState job={job} />
      </Group>
      <JobProgress job={job} />
      {job.error && (
        <Text fz="xs" c="var(--sp-bad)">
          {serverSentence(job.error)}
        </Text>
      )}
      <Group justify="space-between">
        <Text fz="xs" c="dimmed">
          <Moment at={job.updated_at} />
        </Text>
        {isOpen(job) && (
          <Button
            size="compact-xs"
            variant="default"
            disabled={job.cancel_requested}
            onClick={() => void cancel()}
          >
            {job.cancel_requested ? t('cancelling') : t('cancel')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
