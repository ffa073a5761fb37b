/** All imports of the store: what came of each, and a way back to those that wait. */

import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { IconFileImport, IconPlus } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { createLazyRoute, Link } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { bytes, number } from '../../lib/format';
import { useShortcuts } from '../../lib/keys';
import { refresh } from '../../lib/query-client';
import { useNews } from '../../lib/stream';
import { ActorName } from '../../parts/actor-name/actor-name';
import { hasEnded, type Job } from '../../parts/job-watch';
import { type Column, DataTable } from '../../ui/data-table';
import { Page } from '../../ui/page';
import { Pager } from '../../ui/pager';
import { EmptyState, Loaded } from '../../ui/states';
import { Moment } from '../../ui/time';
import { type Import, importsQuery, PAGE } from './queries';
import { ImportStatus } from './status';

export const route = createLazyRoute('/s/$store/imports')({ component: Imports });

function useColumns(): Column<Import>[] {
  const { t } = useTranslation('imports');
  const { store } = route.useParams();
  return useMemo(
    () => [
      {
        id: 'file',
        header: t('column.file'),
        cell: (i) => (
          <Stack gap={0}>
            <Anchor
              fz="sm"
              fw={500}
              c="inherit"
              renderRoot={(props) => (
                <Link to="/s/$store/imports/$import" params={{ store, import: i.id }} {...props} />
              )}
            >
              {i.file_name || t('unnamed')}
            </Anchor>
            <Text fz="xs" c="dimmed">
              {bytes(i.file_bytes)} · {t(`format.${i.plan.format}`)}
            </Text>
          </Stack>
        ),
      },
      { id: 'state', header: t('column.state'), cell: (i) => <ImportStatus state={i.state} />, width: 140 },
      { id: 'rows', header: t('column.rows'), cell: (i) => number(i.counts.rows), align: 'end', width: 110 },
      {
        id: 'created',
        header: t('column.created'),
        cell: (i) => number(i.counts.created),
        align: 'end',
        width: 110,
      },
      {
        id: 'updated',
        header: t('column.updated'),
        cell: (i) => number(i.counts.updated),
        align: 'end',
        width: 110,
      },
      {
        id: 'errors',
        header: t('column.errors'),
        cell: (i) => number(i.counts.errors),
        align: 'end',
        width: 110,
      },
      { id: 'actor', header: t('column.actor'), cell: (i) => <ActorName actor={i.actor} /> },
      { id: 'at', header: t('column.at'), cell: (i) => <Moment at={i.created_at} />, width: 150 },
    ],
    [t, store],
  );
}

function Imports() {
  const { t } = useTranslation('imports');
  const { store } = route.useParams();
  const { after } = route.useSearch();
  const navigate = route.useNavigate();
  const columns = useColumns();
  const query = useQuery({ ...importsQuery(after), placeholderData: keepPreviousData });
  const begin = () => void navigate({ to: '/s/$store/imports/new', params: { store } });
  useShortcuts([{ keys: 'c', label: t('new'), action: begin }]);
  useNews(
    'job',
    useCallback((job: Job) => {
      if (job.kind.startsWith('import.') && hasEnded(job)) void refresh('/api/v1/imports');
    }, []),
  );
  const newButton = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={begin}>
      {t('new')}
    </Button>
  );
  return (
    <Page title={t('title')} description={t('description')} actions={newButton}>
      <Loaded query={query}>
        {({ items, next }) =>
          items.length === 0 && after === undefined ? (
            <EmptyState
              icon={<IconFileImport aria-hidden />}
              title={t('empty.title')}
              text={t('empty.text')}
              action={newButton}
            />
          ) : (
            <Group display="block">
              <DataTable
                caption={t('title')}
                columns={columns}
                rows={items}
                rowId={(i) => i.id}
                rowName={(i) => i.file_name}
                minWidth={960}
                onOpen={(i) =>
                  void navigate({ to: '/s/$store/imports/$import', params: { store, import: i.id } })
                }
              />
              <Pager
                after={after}
                next={next}
                limit={PAGE}
                onGo={(to) => void navigate({ search: { after: to } })}
              />
            </Group>
          )
        }
      </Loaded>
    </Page>
  );
}
