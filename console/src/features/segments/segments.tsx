/** All segments: what each says, how many it has, and what can be done with it. */
import { Anchor, Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconFilter, IconPlus } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { createLazyRoute, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { number } from '../../lib/format';
import { useShortcuts } from '../../lib/keys';
import { everySegmentQuery } from '../../parts/audience-pickers/queries';
import { useSentence } from '../../parts/rule-builder';
import { type Column, DataTable } from '../../ui/data-table';
import { Page } from '../../ui/page';
import { Pager } from '../../ui/pager';
import { SearchBox } from '../../ui/search-box';
import { EmptyState, FilteredEmpty, Loaded } from '../../ui/states';
import { Status } from '../../ui/status';
import { Moment } from '../../ui/time';
import { PAGE, type Segment, segmentsQuery } from './queries';
import { SegmentMenu } from './segment-menu';

export const route = createLazyRoute('/s/$store/segments')({ component: Segments });

const FOUND_MAX = 200;

/** A page of the list, or with a search text those whose name or description holds it. */
function useList() {
  const { after, search, archived = false } = route.useSearch();
  const wanted = (search ?? '').trim().toLowerCase();
  const paged = useQuery({
    ...segmentsQuery(archived, after),
    placeholderData: keepPreviousData,
    enabled: wanted === '' || archived,
  });
  const every = useQuery({ ...everySegmentQuery(), enabled: wanted !== '' && !archived });
  const fits = (s: Segment) => `${s.name}\n${s.description}`.toLowerCase().includes(wanted);
  if (wanted === '') return { query: paged, next: paged.data?.next, items: paged.data?.items };
  const query = archived ? paged : every;
  const all = archived ? paged.data?.items : every.data;
  return { query, next: archived ? paged.data?.next : null, items: all?.filter(fits).slice(0, FOUND_MAX) };
}

function useColumns(): Column<Segment>[] {
  const { t } = useTranslation('segments');
  const sentence = useSentence();
  return useMemo(
    () => [
      { id: 'name', header: t('column.name'), cell: (s) => <NameCell segment={s} />, width: '28%' },
      {
        id: 'rule',
        header: t('column.rule'),
        cell: (s) => (
          <Text fz="sm" lineClamp={2}>
            {sentence(s.rule, s.sentence)}
          </Text>
        ),
      },
      {
        id: 'members',
        header: t('column.members'),
        cell: (s) => <Members segment={s} />,
        width: 150,
        align: 'end',
      },
      { id: 'changed', header: t('column.changed'), cell: (s) => <Moment at={s.updated_at} />, width: 140 },
      {
        id: 'actions',
        header: t('common:actions'),
        hideHeader: true,
        cell: (s) => <SegmentMenu segment={s} brief />,
        width: 56,
        align: 'end',
      },
    ],
    [t, sentence],
  );
}

function Segments() {
  const { t } = useTranslation('segments');
  const { store } = route.useParams();
  const { after, search, archived = false } = route.useSearch();
  const navigate = route.useNavigate();
  const columns = useColumns();
  const { query, items, next } = useList();
  const create = () => void navigate({ to: '/s/$store/segments/new', params: { store } });
  useShortcuts([{ keys: 'c', label: t('new'), action: create }]);
  const newButton = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={create}>
      {t('new')}
    </Button>
  );
  const filtered = search !== undefined || archived;
  return (
    <Page title={t('title')} description={t('description')} actions={newButton}>
      <Stack gap="md">
        <Filters />
        <Loaded query={{ ...query, data: items }}>
          {(rows) =>
            rows.length === 0 ? (
              filtered ? (
                <FilteredEmpty onClear={() => void navigate({ search: {} })} />
              ) : (
                <EmptyState
                  icon={<IconFilter aria-hidden />}
                  title={t('empty.title')}
                  text={t('empty.text')}
                  action={newButton}
                />
              )
            ) : (
              <>
                <DataTable
                  caption={t('title')}
                  columns={columns}
                  rows={rows}
                  rowId={(s) => s.id}
                  rowName={(s) => s.name}
                  minWidth={860}
                  onOpen={(s) =>
                    void navigate({ to: '/s/$store/segments/$segment', params: { store, segment: s.id } })
                  }
                />
                <Pager
                  after={after}
                  next={next}
                  limit={PAGE}
                  onGo={(to) => void navigate({ search: (old) => ({ ...old, after: to }) })}
                >
                  {t('shown', { count: rows.length, shown: number(rows.length) })}
                </Pager>
              </>
            )
          }
        </Loaded>
      </Stack>
    </Page>
  );
}

function Filters() {
  const { t } = useTranslation('segments');
  const { search, archived = false } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Group gap="sm">
      <SearchBox
        label={t('search')}
        value={search}
        onSearch={(text) =>
          void navigate({ search: (old) => ({ archived: old.archived, search: text }), replace: true })
        }
      />
      <SegmentedControl
        aria-label={t('which')}
        value={archived ? 'archived' : 'active'}
        onChange={(which) =>
          void navigate({
            search: (old) => ({ search: old.search, archived: which === 'archived' || undefined }),
          })
        }
        data={[
          { value: 'active', label: t('active') },
          { value: 'archived', label: t('archivedOnes') },
        ]}
      />
    </Group>
  );
}

function NameCell({ segment }: { segment: Segment }) {
  const { t } = useTranslation('segments');
  const { store } = route.useParams();
  return (
    <Stack gap={0}>
      <Group gap="xs" wrap="nowrap">
        <Anchor
          fz="sm"
          fw={500}
          c="inherit"
          renderRoot={(props) => (
            <Link to="/s/$store/segments/$segment" params={{ store, segment: segment.id }} {...props} />
          )}
        >
          {segment.name}
        </Anchor>
        {segment.archived_at && <Status tone="neutral" label={t('isArchived')} />}
      </Group>
      {segment.description !== '' && (
        <Text fz="xs" c="dimmed" lineClamp={1}>
          {segment.description}
        </Text>
      )}
    </Stack>
  );
}

function Members({ segment }: { segment: Segment }) {
  const { t } = useTranslation('segments');
  if (segment.members === null || segment.members === undefined) {
    return (
      <Text fz="sm" c="dimmed">
        {t('uncounted')}
      </Text>
    );
  }
  return (
    <Stack gap={0} align="flex-end">
      <Text fz="sm" style={{ fontVariantNumeric: 'tabular-nums' }}>
        {number(segment.members)}
      </Text>
      <Text fz="xs" c="dimmed">
        <Moment at={segment.counted_at} />
      </Text>
    </Stack>
  );
}
