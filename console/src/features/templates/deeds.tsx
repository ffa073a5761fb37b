/** What can be done with a template in the library. */
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { ask } from '../../ui/confirm';
import { useProblemText } from '../../ui/problem-text';
import { toastDone, toastFailed } from '../../ui/toasts';
import {
  campaignFrom,
  deleteTemplate,
  duplicateTemplate,
  renameTemplate,
  type TemplateSummary,
  templatesKey,
} from './queries';

/** Longest name, in characters. */
const NAME_MAX = 120;

export function useTemplateDeeds() {
  const { t } = useTranslation('templates');
  const { store } = useParams({ from: '/s/$store' });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const fresh = () => queries.invalidateQueries({ queryKey: templatesKey });
  const tried = async (deed: () => Promise<void>) => {
    try {
      await deed();
    } catch (error) {
      toastFailed(error);
    }
  };
  return {
    campaign: (template: TemplateSummary) =>
      tried(async () => {
        const campaign = await campaignFrom(template, '');
        await navigate({ to: '/s/$store/campaigns/$campaign/content', params: { store, campaign } });
      }),
    duplicate: (template: TemplateSummary) =>
      tried(async () => {
        await duplicateTemplate(template.id);
        await fresh();
        toastDone(t('duplicated', { name: template.name }));
      }),
    rename: (template: TemplateSummary) => {
      const id = modals.open({
        title: t('rename.title'),
        children: <Rename template={template} onEnd={() => modals.close(id)} onDone={fresh} />,
      });
    },
    remove: (template: TemplateSummary) =>
      ask({
        title: t('remove.title', { name: template.name }),
        text: t('remove.text'),
        action: t('remove.action'),
        danger: true,
        onConfirm: () =>
          void tried(async () => {
            await deleteTemplate(template.id);
            await fresh();
            toastDone(t('remove.done', { name: template.name }));
          }),
      }),
  };
}

function Rename(props: { template: TemplateSummary; onEnd: () => void; onDone: () => Promise<void> }) {
  const { template, onEnd, onDone } = props;
  const { t } = useTranslation('templates');
  const words = useProblemText();
  const [name, setName] = useState(template.name);
  const [error, setError] = useState<string>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await renameTemplate(template, name.trim());
      await onDone();
      onEnd();
    } catch (failure) {
      const problem = problemOf(failure);
      setError(problem.errors?.[0]?.detail ?? words(problem));
    }
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          data-autofocus
          label={t('rename.name')}
          maxLength={NAME_MAX}
          value={name}
          error={error}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onEnd}>
            {t('common:cancel')}
          </Button>
          <Button type="submit" disabled={name.trim() === ''}>
            {t('common:save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
