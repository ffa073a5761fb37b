/** Events that were not taken: what was called, why not, and what would be right. */
import { IconCircleCheck } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Column, DataTable } from '../../ui/data-table';
import { Pager } from '../../ui/pager';
import { EmptyState, Loaded } from '../../ui/states';
import { Status } from '../../ui/status';
import { Moment } from '../../ui/time';
import { type CallKind, KINDS, type Refusal, refusalsQuery } from './queries';

const isKind = (word: string): word is CallKind => KINDS.some((kind) => kind === word);

const REFRESH_MS = 5_000;

interface RefusedProps {
  isLive: boolean;
  after: string | undefined;
  onGo: (after: string | undefined) => void;
}

export function Refused(props: RefusedProps) {
  const { t } = useTranslation('events');
  const columns = useColumns();
  const query = useQuery({
    ...refusalsQuery(props.after),
    placeholderData: keepPreviousData,
    // What is refused leaves no trace in the log, so nobody tells of it.
    refetchInterval: props.isLive ? REFRESH_MS : false,
  });
  return (
    <Loaded query={query}>
      {({ items, next }) =>
        items.length === 0 && props.after === undefined ? (
          <EmptyState
            icon={<IconCircleCheck aria-hidden />}
            title={t('refusals.emptyTitle')}
            text={t('refusals.emptyText')}
          />
        ) : (
          <>
            <DataTable
              caption={t('refused')}
              columns={columns}
              rows={items}
              rowId={(refusal) => String(refusal.number)}
              rowName={(refusal) => String(refusal.number)}
            />
            <Pager after={props.after} next={next} limit={50} onGo={props.onGo} />
          </>
        )
      }
    </Loaded>
  );
}

function useColumns(): Column<Refusal>[] {
  const { t } = useTranslation('events');
  return useMemo(
    () => [
      {
        id: 'kind',
        header: t('column.kind'),
        cell: (r) => (isKind(r.kind) ? t(`kind.${r.kind}`) : t('refusals.unreadable')),
        width: 180,
      },
      {
        id: 'reason',
        header: t('refusals.reason'),
        cell: (r) => <Status tone="bad" label={t(`reason.${r.reason}.short`)} />,
        width: 220,
      },
      { id: 'right', header: t('refusals.right'), cell: (r) => t(`reason.${r.reason}.right`) },
      { id: 'at', header: t('column.at'), cell: (r) => <Moment at={r.at} />, width: 170 },
    ],
    [t],
  );
}
