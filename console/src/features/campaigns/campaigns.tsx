/** Campaigns, newest first, by what they are doing. */
import { Button, Group, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconCalendar, IconPlus, IconSearch, IconSpeakerphone } from '@tabler/icons-react';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useCallback, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { number } from '../../lib/format';
import { useShortcuts } from '../../lib/keys';
import { type CampaignNews, useNews } from '../../lib/stream';
import { useGo } from '../../parts/links/links';
import { ColumnChooser, useHiddenColumns } from '../../ui/column-chooser';
import { DataTable } from '../../ui/data-table';
import { Page } from '../../ui/page';
import { Pager } from '../../ui/pager';
import { EmptyState, FilteredEmpty, Loaded } from '../../ui/states';
import type { Brief } from './brief';
import { useCampaignColumns } from './columns';
import { listQuery, PAGE } from './list-query';
import { LIST_KEY } from './queries';
import { VIEWS } from './routes';
import { useCreate } from './use-create';

export const route = createLazyRoute('/s/$store/campaigns')({ component: Campaigns });

const REFRESH_MS = 2_000;

function Campaigns() {
  const { t } = useTranslation('campaigns');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { view = 'all' } = search;
  const query = useQuery({ ...listQuery({ ...search, view }), placeholderData: keepPreviousData });
  const { create, busy } = useCreate();
  const go = useGo();
  useLiveList();
  useShortcuts([{ keys: 'c', label: t('create'), action: () => create() }]);
  const isFiltered = view !== 'all' || search.search !== undefined || search.after !== undefined;
  const button = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} loading={busy} onClick={() => create()}>
      {t('create')}
    </Button>
  );
  const isNew = query.data?.items.length === 0 && !isFiltered;
  return (
    <Page
      title={t('title')}
      description={t('description')}
      actions={
        <>
          <Button
            variant="default"
            leftSection={<IconCalendar size={16} aria-hidden />}
            onClick={() => go('/campaigns/calendar', {})}
          >
            {t('calendar.title')}
          </Button>
          {!isNew && button}
        </>
      }
    >
      {!isNew && (
        <Filters
          key={view}
          view={view}
          search={search.search}
          onChange={(change) =>
            void navigate({ search: { view: search.view, search: search.search, ...change } })
          }
        />
      )}
      <Loaded query={query}>
        {(page) =>
          isNew ? (
            <EmptyState
              icon={<IconSpeakerphone aria-hidden />}
              title={t('empty.title')}
              text={t('empty.text')}
              action={button}
            />
          ) : page.items.length === 0 ? (
            <FilteredEmpty onClear={() => void navigate({ search: {} })} />
          ) : (
            <List
              items={page.items}
              next={page.next}
              after={search.after}
              onGo={(after) => void navigate({ search: { ...search, after } })}
            />
          )
        }
      </Loaded>
    </Page>
  );
}

function Filters(props: {
  view: (typeof VIEWS)[number];
  search: string | undefined;
  onChange: (change: { view?: (typeof VIEWS)[number]; search?: string }) => void;
}) {
  const { view, search, onChange } = props;
  const { t } = useTranslation('campaigns');
  const [typed, setTyped] = useState(search ?? '');
  const field = useRef<HTMLInputElement>(null);
  const later = useDebouncedCallback((text: string) => onChange({ search: text.trim() || undefined }), 300);
  useShortcuts([{ keys: '/', label: t('search'), action: () => field.current?.focus() }]);
  return (
    <Group justify="space-between">
      <SegmentedControl
        aria-label={t('views')}
        value={view}
        onChange={(value) => {
          const next = VIEWS.find((one) => one === value);
          onChange({ view: next === 'all' ? undefined : next });
        }}
        data={VIEWS.map((value) => ({ value, label: t(`view.${value}`) }))}
        style={{ maxWidth: '100%', overflowX: 'auto' }}
      />
      <Group gap="xs">
        <TextInput
          ref={field}
          w={260}
          aria-label={t('search')}
          placeholder={t('search')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            later(event.currentTarget.value);
          }}
        />
        <Columns />
      </Group>
    </Group>
  );
}

function Columns() {
  const columns = useCampaignColumns();
  const [hidden, setHidden] = useHiddenColumns('campaigns');
  const named = columns.filter(({ id }) => id !== 'actions');
  return <ColumnChooser columns={named} hidden={hidden} onChange={setHidden} />;
}

function List(props: {
  items: Brief[];
  next: string | null | undefined;
  after: string | undefined;
  onGo: (after: string | undefined) => void;
}) {
  const { items, next, after, onGo } = props;
  const { t } = useTranslation('campaigns');
  const columns = useCampaignColumns();
  const [hidden] = useHiddenColumns('campaigns');
  const go = useGo();
  return (
    <>
      <DataTable
        caption={t('title')}
        columns={columns}
        hidden={hidden}
        rows={items}
        rowId={(campaign) => campaign.id}
        rowName={(campaign) => campaign.name}
        onOpen={(campaign) =>
          go(campaign.can.includes('edit') ? '/campaigns/$campaign/edit' : '/campaigns/$campaign', {
            campaign: campaign.id,
          })
        }
        minWidth={1000}
      />
      <Pager after={after} next={next} limit={PAGE} onGo={onGo}>
        {t('shown', { count: items.length, shown: number(items.length) })}
      </Pager>
    </>
  );
}

/** Keeps the list fresh while campaigns run: states at once, figures at most every two seconds. */
function useLiveList(): void {
  const queries = useQueryClient();
  const last = useRef(0);
  useNews(
    'campaign',
    useCallback(
      ({ state }: CampaignNews) => {
        if (state === 'running' && performance.now() - last.current < REFRESH_MS) return;
        last.current = performance.now();
        void queries.invalidateQueries({ queryKey: LIST_KEY });
      },
      [queries],
    ),
  );
}
