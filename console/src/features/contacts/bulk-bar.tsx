/** What can be done with the chosen contacts. Each deed runs in the background and tells its result. */
import { Button, Group, Paper, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { number } from '../../lib/format';
import { type Job, useJob, useJobEnd } from '../../parts/job-watch';
import { type Chosen, isChosen, NOTHING_CHOSEN } from '../../ui/chosen';
import { askTyped } from '../../ui/confirm';
import { useProblemText } from '../../ui/problem-text';
import { toastDone, toastFailed } from '../../ui/toasts';
import { ChannelQuestion, FormatQuestion, TagQuestion } from './bulk-questions';
import { afterJob, type Bulk, changeMany, exportContacts, type Filters } from './queries';
import { namesTooMany, selectionOf } from './selection';

export interface BulkBarProps {
  chosen: Chosen;
  filters: Filters;
  /** Ids of the rows on the page, and whether there are more than these. */
  page: string[];
  hasMore: boolean;
  /** How many the filters match, if that is known. */
  total: number | undefined;
  onChoose: (chosen: Chosen) => void;
}

/** Starts deeds and tells how they ended. */
function useBulk({ chosen, filters, onChoose }: BulkBarProps) {
  const { t } = useTranslation('contacts');
  const words = useProblemText();
  const [job, setJob] = useState<string>();
  useJobEnd(useJob(job), (ended) => {
    void afterJob();
    if (ended.state === 'failed') toastFailed(new Error(ended.error ?? ''), ended.error ?? t('bulk.failed'));
    else toastDone(resultText(t, ended));
  });
  const begun = (id: string) => {
    setJob(id);
    onChoose(NOTHING_CHOSEN);
    toastDone(t('bulk.begun'));
  };
  const failed = (error: unknown) => toastFailed(error, words(problemOf(error)));
  const select = selectionOf(chosen, filters);
  return {
    change: (bulk: Bulk) => void changeMany(bulk, select).then(begun, failed),
    exportAs: (format: 'csv' | 'jsonl') => void exportContacts(format, select).then(begun, failed),
  };
}

function resultText(t: TFunction<'contacts'>, job: Job): string {
  const { changed, selected } = (job.result ?? {}) as { changed?: number; selected?: number };
  if (changed === undefined) return t('bulk.exported');
  return t('bulk.done', { changed: number(changed), selected: number(selected ?? changed) });
}

/** How much is chosen, in numbers as far as they are known. */
function chosenText(t: TFunction<'contacts'>, chosen: Chosen, total: number | undefined): string {
  if (chosen.kind === 'rows') {
    return t('bulk.chosen', { count: chosen.ids.length, shown: number(chosen.ids.length) });
  }
  const left = chosen.except.length;
  if (total === undefined) return left === 0 ? t('bulk.all') : t('bulk.allBut', { left: number(left) });
  const all = number(total);
  return left === 0
    ? t('bulk.total', { all })
    : t('bulk.totalBut', { shown: number(total - left), all, left: number(left) });
}

export function BulkBar(props: BulkBarProps) {
  const { chosen, page, hasMore, total, onChoose } = props;
  const { t } = useTranslation('contacts');
  const bulk = useBulk(props);
  if (chosen.kind === 'rows' && chosen.ids.length === 0) return null;
  const offersAll = chosen.kind === 'rows' && hasMore && page.every((id) => isChosen(chosen, id));
  const open = (title: string, question: (close: () => void) => React.ReactNode) => {
    const id: string = modals.open({ title, children: question(() => modals.close(id)) });
  };
  const askTag = (action: 'tag' | 'untag') =>
    open(t(`bulk.${action}`), (close) => (
      <TagQuestion
        action={action}
        onClose={close}
        onDone={(tags) => {
          for (const tag of tags) bulk.change({ action, tag });
        }}
      />
    ));
  const askChannel = (action: 'unsubscribe' | 'suppress') =>
    open(t(`bulk.${action}`), (close) => (
      <ChannelQuestion
        action={action}
        onClose={close}
        onDone={(channel) => bulk.change({ action, channel })}
      />
    ));
  const erase = () =>
    askTyped({
      title: t('bulk.eraseTitle'),
      text: t('bulk.eraseText'),
      action: t('bulk.erase'),
      word: t('erase.word'),
      onConfirm: () => bulk.change({ action: 'delete' }),
    });
  const tooMany = namesTooMany(chosen);
  return (
    <Paper withBorder p="xs" pos="sticky" top={64} style={{ zIndex: 3 }}>
      <Group gap="xs" role="region" aria-label={t('bulk.label')}>
        <Text fz="sm" fw={600} role="status">
          {chosenText(t, chosen, total)}
        </Text>
        {offersAll && (
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={() => onChoose({ kind: 'all_matching', except: [] })}
          >
            {total === undefined ? t('bulk.chooseAll') : t('bulk.chooseTotal', { all: number(total) })}
          </Button>
        )}
        <Group gap={6} ms="auto">
          <Button size="compact-sm" variant="default" disabled={tooMany} onClick={() => askTag('tag')}>
            {t('bulk.tag')}
          </Button>
          <Button size="compact-sm" variant="default" disabled={tooMany} onClick={() => askTag('untag')}>
            {t('bulk.untag')}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            disabled={tooMany}
            onClick={() => askChannel('unsubscribe')}
          >
            {t('bulk.unsubscribe')}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            disabled={tooMany}
            onClick={() => askChannel('suppress')}
          >
            {t('bulk.suppress')}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            disabled={tooMany}
            onClick={() =>
              open(t('bulk.export'), (close) => <FormatQuestion onClose={close} onDone={bulk.exportAs} />)
            }
          >
            {t('bulk.export')}
          </Button>
          <Button size="compact-sm" variant="light" color="red" disabled={tooMany} onClick={erase}>
            {t('bulk.erase')}
          </Button>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => onChoose(NOTHING_CHOSEN)}>
            {t('bulk.clear')}
          </Button>
        </Group>
      </Group>
    </Paper>
  );
}
