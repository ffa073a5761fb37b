/** What came of an import: the figures, the tag to find its contacts by, its problems, and the way back. */

import { Alert, Anchor, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconArrowBackUp, IconCheck, IconUsers } from '@tabler/icons-react';
import { Link, useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { day, number } from '../../lib/format';
import { ActorName } from '../../parts/actor-name/actor-name';
import { hasEnded, useJob, useJobEnd } from '../../parts/job-watch';
import { ask } from '../../ui/confirm';
import { useProblemText } from '../../ui/problem-text';
import { Moment } from '../../ui/time';
import { toastFailed } from '../../ui/toasts';
import { CountGrid } from './counts';
import { JobLine } from './job-line';
import { Problems } from './problem-list';
import { afterImport, type Import, undoImport } from './queries';

/** How long an import can be taken back (the server's rule). */
const UNDO_MS = 30 * 24 * 60 * 60 * 1_000;

export function Result({ item }: { item: Import }) {
  const { t } = useTranslation('imports');
  return (
    <Stack>
      {item.state === 'failed' && (
        <Alert color="red" title={t('result.failed')} role="alert">
          {item.error}
        </Alert>
      )}
      {item.state === 'cancelled' && <Alert color="gray">{t('result.cancelled')}</Alert>}
      {item.undo && (
        <Alert color="gray" title={t('result.undone')} icon={<IconArrowBackUp aria-hidden />}>
          {t('result.undoCounts', {
            erased: number(item.undo.erased),
            kept: number(item.undo.kept),
            untagged: number(item.undo.untagged),
          })}
        </Alert>
      )}
      {item.state === 'done' && (
        <Alert color="teal" icon={<IconCheck aria-hidden />}>
          {t('result.done')} · <Moment at={item.finished_at} />
        </Alert>
      )}
      <Card withBorder>
        <Title order={2} mb="md">
          {t('result.rows')}
        </Title>
        <Stack>
          <CountGrid counts={item.counts} />
          <Problems id={item.id} counts={item.counts} />
        </Stack>
      </Card>
      <Record item={item} />
      {item.state !== 'undone' && <Undo item={item} />}
    </Stack>
  );
}

function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Group gap="sm" wrap="nowrap" align="baseline">
      <Text fz="sm" c="dimmed" w={170} style={{ flexShrink: 0 }}>
        {label}
      </Text>
      <Text fz="sm" component="div" style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </Group>
  );
}

function Record({ item }: { item: Import }) {
  const { t } = useTranslation('imports');
  const { store } = useParams({ from: '/s/$store' });
  return (
    <Card withBorder>
      <Title order={2} mb="md">
        {t('result.record')}
      </Title>
      <Stack gap={6}>
        {item.batch_tag !== '' && (
          <Line label={t('result.tag')}>
            <Anchor
              fz="sm"
              renderRoot={(props) => (
                <Link
                  to="/s/$store/contacts"
                  params={{ store }}
                  search={{ tag: item.batch_tag }}
                  {...props}
                />
              )}
            >
              <Group gap={4}>
                <IconUsers size={14} aria-hidden />
                {item.batch_tag}
              </Group>
            </Anchor>
          </Line>
        )}
        <Line label={t('column.actor')}>
          <ActorName actor={item.actor} />
        </Line>
        <Line label={t('result.started')}>
          <Moment at={item.started_at} absolute />
        </Line>
        <Line label={t('result.finished')}>
          <Moment at={item.finished_at} absolute />
        </Line>
        {item.consent_statement !== '' && (
          <Line label={t('promise.statement')}>{item.consent_statement}</Line>
        )}
        <Line label={t('result.sha')}>
          <Text fz="xs" ff="monospace" component="span">
            {item.file_sha256}
          </Text>
        </Line>
      </Stack>
    </Card>
  );
}

function Undo({ item }: { item: Import }) {
  const { t } = useTranslation('imports');
  const words = useProblemText();
  const [asked, setAsked] = useState(false);
  const job = useJob(asked ? item.job : undefined);
  useJobEnd(job, () => void afterImport());
  const ended = new Date(item.finished_at ?? item.created_at).getTime();
  const until = new Date(ended + UNDO_MS).toISOString();
  const possible = Date.now() - ended <= UNDO_MS;
  const undo = () =>
    ask({
      title: t('undo.title'),
      text: t('undo.text'),
      action: t('undo.action'),
      danger: true,
      onConfirm: () =>
        void undoImport(item.id).then(
          () => setAsked(true),
          (error: unknown) => toastFailed(error, words(problemOf(error))),
        ),
    });
  const running = job !== undefined && !hasEnded(job);
  return (
    <Card withBorder>
      <Group justify="space-between" wrap="nowrap">
        <Stack gap={2}>
          <Title order={2}>{t('undo.heading')}</Title>
          <Text fz="sm" c="dimmed">
            {possible ? t('undo.until', { day: day(until) }) : t('undo.over')}
          </Text>
        </Stack>
        <Button variant="default" disabled={!possible} loading={running} onClick={undo}>
          {t('undo.action')}
        </Button>
      </Group>
      {running && <JobLine job={job} label={t('undo.running')} />}
    </Card>
  );
}
