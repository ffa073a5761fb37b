/** From an uploaded file to a started import: how it is read, what its columns become, what was agreed to, the check. */
import { Alert, Button, Group, Stack, Stepper } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { useProblemText } from '../../ui/problem-text';
import { Loaded } from '../../ui/states';
import { CheckStep } from './check-step';
import { ColumnsStep } from './columns-step';
import { ConsentStep } from './consent-step';
import { FileStep } from './file-step';
import { type Import, importQuery, type Look, lookQuery, type Mapping, putMapping } from './queries';
import { IMPORT_STEPS, type ImportStep } from './routes';

const page = getRouteApi('/s/$store/imports/$import');

/** What every step gets: the file as it is read now, and a way to say something else. */
export interface StepProps {
  look: Look;
  onMapping: (mapping: Mapping) => void;
  /** True while the server reads the file anew. */
  busy: boolean;
  refusal: string | undefined;
}

/** Promises that go along with the start. */
export interface Promises {
  statement: string;
  undertaken: boolean;
}

function useMapping(item: Import) {
  const queries = useQueryClient();
  const words = useProblemText();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const say = async (mapping: Mapping) => {
    setBusy(true);
    setRefusal(undefined);
    try {
      const look = await putMapping(item.id, mapping);
      queries.setQueryData(lookQuery(item).queryKey, look);
      queries.setQueryData(importQuery(item.id).queryKey, look.import);
    } catch (error) {
      setRefusal(words(problemOf(error)));
    }
    setBusy(false);
  };
  return { busy, refusal, say };
}

export function Wizard({ item }: { item: Import }) {
  const { t } = useTranslation('imports');
  const { step = 'file' } = page.useSearch();
  const navigate = page.useNavigate();
  // The check needs no samples, and asking for them forgets what a check has found.
  const query = useQuery({ ...lookQuery(item), enabled: step !== 'check' });
  const { busy, refusal, say } = useMapping(item);
  const [promises, setPromises] = useState<Promises>({
    statement: item.consent_statement,
    undertaken: false,
  });
  const at = IMPORT_STEPS.indexOf(step);
  const go = (to: ImportStep | undefined) => void navigate({ search: { step: to } });
  const previous = IMPORT_STEPS[at - 1];
  const next = IMPORT_STEPS[at + 1];
  return (
    <Stack gap="lg">
      <Stepper active={at} size="sm" onStepClick={(n) => go(IMPORT_STEPS[n])} aria-label={t('steps')}>
        {IMPORT_STEPS.map((one) => (
          <Stepper.Step key={one} label={t(`step.${one}`)} />
        ))}
      </Stepper>
      {step === 'check' && <CheckStep item={item} promises={promises} onPromises={setPromises} onStep={go} />}
      <Loaded query={step === 'check' ? { ...query, data: null } : query}>
        {(look) => {
          if (look === null) return null;
          const props: StepProps = { look, busy, refusal, onMapping: (mapping) => void say(mapping) };
          return (
            <>
              {refusal !== undefined && (
                <Alert color="red" role="alert">
                  {refusal}
                </Alert>
              )}
              {step === 'file' && <FileStep {...props} />}
              {step === 'columns' && <ColumnsStep {...props} />}
              {step === 'consent' && <ConsentStep {...props} promises={promises} onPromises={setPromises} />}
            </>
          );
        }}
      </Loaded>
      <Group justify="space-between">
        <Button variant="default" disabled={previous === undefined} onClick={() => go(previous)}>
          {t('back')}
        </Button>
        {next !== undefined && (
          <Button loading={busy} onClick={() => go(next)}>
            {t('goOn', { step: t(`step.${next}`) })}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
