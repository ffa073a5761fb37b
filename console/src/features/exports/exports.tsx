/** Files that were ordered: how far they are, how large, until when they can be downloaded. */

import { ActionIcon, Button, Group, Text, Tooltip } from '@mantine/core';
import { IconDownload, IconTrash } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { createLazyRoute, Link } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { fileAddress } from '../../api/client';
import { problemOf } from '../../api/problem';
import { bytes, number } from '../../lib/format';
import { refresh } from '../../lib/query-client';
import { useNews } from '../../lib/stream';
import { ActorName } from '../../parts/actor-name/actor-name';
import { hasEnded, type Job } from '../../parts/job-watch';
import { ask } from '../../ui/confirm';
import { type Column, DataTable } from '../../ui/data-table';
import { Page } from '../../ui/page';
import { Pager } from '../../ui/pager';
import { useProblemText } from '../../ui/problem-text';
import { EmptyState, Loaded } from '../../ui/states';
import { Status, type Tone } from '../../ui/status';
import { Moment } from '../../ui/time';
import { toastDone, toastFailed } from '../../ui/toasts';
import { deleteExport, type Export, exportsQuery, PAGE } from './queries';

export const route = createLazyRoute('/s/$store/exports')({ component: Exports });

const TONES: Record<Export['state'], Tone> = {
  running: 'busy',
  ready: 'good',
  failed: 'bad',
  cancelled: 'neutral',
  expired: 'neutral',
};

function useColumns(): Column<Export>[] {
  const { t } = useTranslation('exports');
  return useMemo(
    () => [
      {
        id: 'file',
        header: t('column.file'),
        cell: (e) => (
          <Text fz="sm" fw={500}>
            {t('file', { format: e.format.toUpperCase() })}
          </Text>
        ),
      },
      {
        id: 'state',
        header: t('column.state'),
        cell: (e) => <Status tone={TONES[e.state]} label={t(`state.${e.state}`)} />,
        width: 130,
      },
      {
        id: 'rows',
        header: t('column.rows'),
        cell: (e) => (e.state === 'ready' ? number(e.rows) : '—'),
        align: 'end',
        width: 110,
      },
      {
        id: 'size',
        header: t('column.size'),
        cell: (e) => (e.state === 'ready' ? bytes(e.bytes) : '—'),
        align: 'end',
        width: 110,
      },
      { id: 'actor', header: t('column.actor'), cell: (e) => <ActorName actor={e.actor} /> },
      { id: 'made', header: t('column.made'), cell: (e) => <Moment at={e.created_at} />, width: 150 },
      { id: 'until', header: t('column.until'), cell: (e) => <Moment at={e.expires_at} />, width: 150 },
      {
        id: 'actions',
        header: t('common:actions'),
        hideHeader: true,
        cell: (e) => <Deeds item={e} />,
        align: 'end',
        width: 180,
      },
    ],
    [t],
  );
}

function Deeds({ item }: { item: Export }) {
  const { t } = useTranslation('exports');
  const words = useProblemText();
  const remove = () =>
    ask({
      title: t('delete.title'),
      text: t('delete.text'),
      action: t('delete.action'),
      danger: true,
      onConfirm: () =>
        void deleteExport(item.id).then(
          () => toastDone(t('delete.done')),
          (error: unknown) => toastFailed(error, words(problemOf(error))),
        ),
    });
  return (
    <Group gap="xs" justify="flex-end" wrap="nowrap">
      {item.state === 'ready' && (
        <Button
          component="a"
          size="compact-sm"
          variant="default"
          href={fileAddress(`/api/v1/exports/${item.id}/download`)}
          download
          leftSection={<IconDownload size={14} aria-hidden />}
        >
          {t('download')}
        </Button>
      )}
      {item.state !== 'running' && (
        <Tooltip label={t('delete.action')}>
          <ActionIcon size={28} aria-label={t('delete.action')} onClick={remove}>
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
    </Group>
  );
}

function Exports() {
  const { t } = useTranslation('exports');
  const { store } = route.useParams();
  const { after } = route.useSearch();
  const navigate = route.useNavigate();
  const columns = useColumns();
  const query = useQuery({ ...exportsQuery(after), placeholderData: keepPreviousData });
  useNews(
    'job',
    useCallback((job: Job) => {
      if (job.kind === 'contacts.export' && hasEnded(job)) void refresh('/api/v1/exports');
    }, []),
  );
  return (
    <Page title={t('title')} description={t('description')}>
      <Loaded query={query}>
        {({ items, next }) =>
          items.length === 0 && after === undefined ? (
            <EmptyState
              icon={<IconDownload aria-hidden />}
              title={t('empty.title')}
              text={t('empty.text')}
              action={
                <Button
                  renderRoot={(props) => <Link to="/s/$store/contacts" params={{ store }} {...props} />}
                >
                  {t('empty.action')}
                </Button>
              }
            />
          ) : (
            <>
              <DataTable
                caption={t('title')}
                columns={columns}
                rows={items}
                rowId={(e) => e.id}
                rowName={(e) => t('file', { format: e.format.toUpperCase() })}
                minWidth={960}
              />
              <Pager
                after={after}
                next={next}
                limit={PAGE}
                onGo={(to) => void navigate({ search: { after: to } })}
              />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}
