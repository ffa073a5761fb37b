/** Saves a row (or a block as a row of its own) for further emails. */
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useQueryClient } from '@tanstack/react-query';
import i18next from 'i18next';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../../api/problem';
import { summaryOf } from '../../../parts/email-document/summary';
import type { EmailDocument, Row } from '../../../parts/email-document/types';
import { savedBlocksQuery, saveRow } from '../../../parts/saved-blocks/queries';
import { useProblemText } from '../../../ui/problem-text';
import { toastDone } from '../../../ui/toasts';
import { useEditor } from '../editor-state';
import { findBlock, findRow } from '../model/edit';
import type { Target } from '../model/pointer';

const NAME_MAX = 120;

/** Opens the question for a name and saves what is meant. */
export function useSaveRow(): (target: Target) => void {
  const { document: email } = useEditor();
  return (target) => {
    const row = email === undefined ? undefined : rowFor(email, target);
    if (row === undefined) return;
    const first = row.columns
      .flatMap(({ blocks }) => blocks)
      .map(summaryOf)
      .find((words) => words !== '');
    const id = modals.open({
      title: i18next.t('editor:saved.save'),
      children: <SaveForm row={row} suggestion={first ?? ''} onEnd={() => modals.close(id)} />,
    });
  };
}

function rowFor(email: EmailDocument, target: Target): Row | undefined {
  if (target.kind === 'row') return findRow(email, target.id)?.row;
  if (target.kind === 'email') return undefined;
  const block = findBlock(email, target.id)?.block;
  return block === undefined ? undefined : { id: 'row-1', columns: [{ blocks: [block] }] };
}

function SaveForm({ row, suggestion, onEnd }: { row: Row; suggestion: string; onEnd: () => void }) {
  const { t } = useTranslation('editor');
  const words = useProblemText();
  const queries = useQueryClient();
  const [name, setName] = useState(suggestion);
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await saveRow(name.trim(), row);
      await queries.invalidateQueries({ queryKey: savedBlocksQuery().queryKey.slice(0, 2) });
      toastDone(t('saved.done', { name: name.trim() }));
      onEnd();
    } catch (failure) {
      const problem = problemOf(failure);
      setError(problem.errors?.[0]?.detail ?? words(problem));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          data-autofocus
          label={t('saved.name')}
          maxLength={NAME_MAX}
          value={name}
          error={error}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onEnd}>
            {t('common:cancel')}
          </Button>
          <Button type="submit" loading={busy} disabled={name.trim() === ''}>
            {t('common:save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
