/** Saves a row (or a block as a row of its own) for further emails. */
import { modals } from '@mantine/modals';
import { useQueryClient } from '@tanstack/react-query';
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import { summaryOf } from '../../../parts/email-document/summary';
import type { EmailDocument, Row } from '../../../parts/email-document/types';
import { savedBlocksQuery, saveRow } from '../../../parts/saved-blocks/queries';
import { NameForm } from '../../../ui/name-form';
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
  const queries = useQueryClient();
  const save = async (name: string) => {
    await saveRow(name, row);
    await queries.invalidateQueries({ queryKey: savedBlocksQuery().queryKey.slice(0, 2) });
    toastDone(t('saved.done', { name }));
  };
  return <NameForm label={t('saved.name')} max={NAME_MAX} first={suggestion} onSave={save} onEnd={onEnd} />;
}
