/** Writing a segment: name, what it is for, the rule as a sentence, and beside it how many it finds. */
import { Alert, Button, Card, Grid, Group, Stack, Textarea, TextInput, Title } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldErrors, problemOf } from '../../api/problem';
import {
  CountCard,
  complaintsByNode,
  parseRule,
  RuleBuilder,
  type RuleDocument,
  SampleCard,
  useLiveCount,
  writeRule,
} from '../../parts/rule-builder';
import { ask } from '../../ui/confirm';
import { useProblemText } from '../../ui/problem-text';
import type { Draft } from './queries';

const NAME_MAX = 100;
const DESCRIPTION_MAX = 1_000;

export interface SegmentFormProps {
  first: { name: string; description: string; rule?: unknown };
  /** The segment that is edited, if it exists. */
  id?: string;
  action: string;
  onSave: (draft: Draft) => Promise<void>;
  onCancel: () => void;
}

/** Asks before what was written is lost. */
function useGuard(dirty: boolean): void {
  const { t } = useTranslation('segments');
  useBlocker({
    shouldBlockFn: () =>
      dirty &&
      new Promise<boolean>((resolve) => {
        ask({
          title: t('leave.title'),
          text: t('leave.text'),
          action: t('leave.action'),
          danger: true,
          onConfirm: () => resolve(false),
          // After the deed this says nothing new: a promise is settled once.
          onClose: () => resolve(true),
        });
      }),
    enableBeforeUnload: () => dirty,
  });
}

interface Refusal {
  name?: string;
  description?: string;
  general?: string;
  complaints: ReturnType<typeof complaintsByNode>;
}

export function SegmentForm({ first, id, action, onSave, onCancel }: SegmentFormProps) {
  const { t } = useTranslation('segments');
  const words = useProblemText();
  const [name, setName] = useState(first.name);
  const [description, setDescription] = useState(first.description);
  const [root, setRoot] = useState(() => parseRule(first.rule ?? { rule: { all: [] } }));
  const [original] = useState(() =>
    JSON.stringify([first.name, first.description, writeRule(root).document]),
  );
  const [strict, setStrict] = useState(false);
  const [saving, setSaving] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const live = useLiveCount(root);
  const written = writeRule(root);
  const dirty = !saving && JSON.stringify([name, description, written.document]) !== original;
  useGuard(dirty);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setStrict(true);
    setRefusal(undefined);
    if (name.trim() === '' || live.state === 'incomplete') return;
    setSaving(true);
    try {
      await onSave({
        name: name.trim(),
        description: description.trim(),
        rule: written.document as RuleDocument,
      });
    } catch (error) {
      setSaving(false);
      setRefusal(refusalOf(error, written.places, words(problemOf(error))));
    }
  };
  const complaints = refusal?.complaints.size ? refusal.complaints : live.complaints;
  return (
    <form onSubmit={submit} noValidate>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack>
            {refusal?.general !== undefined && (
              <Alert color="red" role="alert">
                {refusal.general}
              </Alert>
            )}
            <Card withBorder>
              <Stack>
                <TextInput
                  label={t('field.name')}
                  required
                  maxLength={NAME_MAX}
                  value={name}
                  data-autofocus
                  onChange={(event) => setName(event.currentTarget.value)}
                  error={refusal?.name ?? (strict && name.trim() === '' ? t('field.nameMissing') : undefined)}
                />
                <Textarea
                  label={t('field.description')}
                  description={t('field.descriptionHelp')}
                  autosize
                  minRows={1}
                  maxRows={5}
                  maxLength={DESCRIPTION_MAX}
                  value={description}
                  onChange={(event) => setDescription(event.currentTarget.value)}
                  error={refusal?.description}
                />
              </Stack>
            </Card>
            <Card withBorder>
              <Title order={2} mb="md">
                {t('rule')}
              </Title>
              <RuleBuilder
                root={root}
                onChange={setRoot}
                complaints={complaints}
                strict={strict}
                segment={id}
              />
            </Card>
            <Group>
              <Button type="submit" loading={saving}>
                {action}
              </Button>
              <Button variant="default" onClick={onCancel}>
                {t('cancel')}
              </Button>
            </Group>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Stack pos="sticky" top={72}>
            <CountCard live={live} root={root} />
            <SampleCard live={live} root={root} />
          </Stack>
        </Grid.Col>
      </Grid>
    </form>
  );
}

/** Puts a refusal where it belongs: to the fields, to the conditions, or above the form. */
function refusalOf(error: unknown, places: Map<string, string>, sentence: string): Refusal {
  const fields = fieldErrors(error);
  const rule = (problemOf(error).errors ?? []).filter((e) => e.pointer.startsWith('/rule'));
  const of = (path: string) => fields.find((f) => f.path === path)?.detail;
  const complaints = complaintsByNode(rule, places);
  const placed = of('name') !== undefined || of('description') !== undefined || rule.length > 0;
  return {
    name: of('name'),
    description: of('description'),
    general: placed && !complaints.has('') ? undefined : sentence,
    complaints,
  };
}
