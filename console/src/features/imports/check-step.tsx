/** The last step: the whole file checked without storing anything, then the start. */
import { Alert, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { refresh } from '../../lib/query-client';
import { hasEnded, useJob, useJobEnd } from '../../parts/job-watch';
import { useProblemText } from '../../ui/problem-text';
import { CountGrid } from './counts';
import { JobLine } from './job-line';
import { Problems } from './problem-list';
import { checkImport, type Import, startImport } from './queries';
import type { ImportStep } from './routes';
import { UndertakingCard, useUndertaking } from './statement-card';
import type { Promises } from './wizard';

export interface CheckStepProps {
  item: Import;
  promises: Promises;
  onPromises: (promises: Promises) => void;
  onStep: (step: ImportStep) => void;
}

export function CheckStep({ item, promises, onPromises, onStep }: CheckStepProps) {
  const [strict, setStrict] = useState(false);
  return (
    <Stack>
      <DryRun item={item} />
      <UndertakingCard promises={promises} onPromises={onPromises} strict={strict} />
      <Start item={item} promises={promises} onRefused={() => setStrict(true)} onStep={onStep} />
    </Stack>
  );
}

function DryRun({ item }: { item: Import }) {
  const { t } = useTranslation('imports');
  const words = useProblemText();
  const [begun, setBegun] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const job = useJob(item.job);
  useJobEnd(job, () => void refresh('/api/v1/imports'));
  const running = job !== undefined && !hasEnded(job);
  const check = () => {
    setBegun(true);
    setRefusal(undefined);
    checkImport(item.id).catch((error: unknown) => setRefusal(words(problemOf(error))));
  };
  return (
    <Card withBorder>
      <Group justify="space-between" mb="sm">
        <Stack gap={0}>
          <Title order={2}>{t('check.title')}</Title>
          <Text fz="sm" c="dimmed">
            {t('check.text')}
          </Text>
        </Stack>
        <Button variant={item.dry_run ? 'default' : 'filled'} loading={running} onClick={check}>
          {t(item.dry_run ? 'check.again' : 'check.action')}
        </Button>
      </Group>
      {refusal !== undefined && (
        <Alert color="red" role="alert">
          {refusal}
        </Alert>
      )}
      {running && <JobLine job={job} label={t('check.running')} />}
      {begun && job?.state === 'failed' && (
        <Alert color="red" role="alert">
          {job.error ?? t('check.failed')}
        </Alert>
      )}
      {item.dry_run && !running && (
        <Stack>
          <CountGrid counts={item.dry_run} />
          <Problems id={item.id} counts={item.dry_run} />
        </Stack>
      )}
    </Card>
  );
}

function Start(props: {
  item: Import;
  promises: Promises;
  onRefused: () => void;
  onStep: (step: ImportStep) => void;
}) {
  const { t } = useTranslation('imports');
  const words = useProblemText();
  const undertaking = useUndertaking();
  const [starting, setStarting] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const { item, promises, onRefused, onStep } = props;
  const noStatement = item.needs_consent_statement && promises.statement.trim() === '';
  const start = () => {
    if (!promises.undertaken || noStatement) {
      onRefused();
      setRefusal(t(noStatement ? 'start.statementMissing' : 'start.undertakingMissing'));
      return;
    }
    setStarting(true);
    setRefusal(undefined);
    const body = { undertaking: undertaking?.version ?? '', consent_statement: promises.statement.trim() };
    startImport(item.id, body).catch((error: unknown) => {
      setStarting(false);
      setRefusal(words(problemOf(error)));
    });
  };
  return (
    <Stack gap="sm" align="flex-start">
      {refusal !== undefined && (
        <Alert color="red" role="alert" w="100%">
          <Stack gap="xs" align="flex-start">
            <Text fz="sm">{refusal}</Text>
            {noStatement && (
              <Button size="compact-sm" variant="default" onClick={() => onStep('consent')}>
                {t('goBack', { step: t('step.consent') })}
              </Button>
            )}
          </Stack>
        </Alert>
      )}
      <Button
        size="md"
        loading={starting}
        leftSection={<IconPlayerPlay size={16} aria-hidden />}
        onClick={start}
      >
        {t('start.action')}
      </Button>
      <Text fz="sm" c="dimmed">
        {t('start.text')}
      </Text>
    </Stack>
  );
}
