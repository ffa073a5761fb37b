/** Events that were taken: filters, the list, and one event with everything that it says. */
import { Anchor, Code, Group, Select, Text } from '@mantine/core';
import { IconActivity } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { number } from '../../lib/format';
import { type Column, DataTable } from '../../ui/data-table';
import { Pager } from '../../ui/pager';
import { selectText } from '../../ui/select-text';
import { EmptyState, FilteredEmpty, Loaded } from '../../ui/states';
import { Moment } from '../../ui/time';
import { Inspector } from './inspector';
import { type CallKind, eventsQuery, KINDS, namesQuery, type VisitorEvent, type Wanted } from './queries';

interface ListProps {
  wanted: Wanted;
  after: string | undefined;
  onWanted: (wanted: Wanted) => void;
  onGo: (after: string | undefined) => void;
}

export function List({ wanted, after, onWanted, onGo }: ListProps) {
  const { t } = useTranslation('events');
  const [opened, setOpened] = useState<VisitorEvent>();
  const columns = useColumns();
  const query = useQuery({ ...eventsQuery(wanted, after), placeholderData: keepPreviousData });
  const filtered = wanted.kind !== undefined || wanted.name !== undefined;
  return (
    <>
      <Filters wanted={wanted} onWanted={onWanted} />
      <Loaded query={query}>
        {({ items, next }) =>
          items.length === 0 && after === undefined && next === null ? (
            filtered ? (
              <FilteredEmpty onClear={() => onWanted({})} />
            ) : (
              <Empty />
            )
          ) : (
            <>
              <DataTable
                caption={t('title')}
                columns={columns}
                rows={items}
                rowId={(event) => String(event.position)}
                rowName={(event) => event.name || t(`kind.${event.kind}`)}
                onOpen={setOpened}
              />
              <Pager after={after} next={next} limit={50} onGo={onGo}>
                {t('shown', { count: items.length, shown: number(items.length) })}
              </Pager>
            </>
          )
        }
      </Loaded>
      <Inspector event={opened} onClose={() => setOpened(undefined)} />
    </>
  );
}

function Filters({ wanted, onWanted }: { wanted: Wanted; onWanted: (wanted: Wanted) => void }) {
  const { t } = useTranslation('events');
  const known = useQuery(namesQuery()).data?.items ?? [];
  const names = [...new Set(known.filter((n) => n.name !== '').map((n) => n.name))];
  const kinds = KINDS.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }));
  return (
    <Group>
      <Select
        {...selectText}
        aria-label={t('filter.kind')}
        placeholder={t('filter.anyKind')}
        clearable
        data={kinds}
        value={wanted.kind ?? null}
        onChange={(kind) => onWanted({ ...wanted, kind: (kind as CallKind | null) ?? undefined })}
      />
      <Select
        {...selectText}
        aria-label={t('filter.name')}
        placeholder={t('filter.anyName')}
        clearable
        searchable
        limit={100}
        data={names}
        value={wanted.name ?? null}
        onChange={(name) => onWanted({ ...wanted, name: name ?? undefined })}
        w={280}
      />
    </Group>
  );
}

function useColumns(): Column<VisitorEvent>[] {
  const { t } = useTranslation('events');
  return useMemo(
    () => [
      { id: 'what', header: t('column.what'), cell: (e) => e.name || t(`kind.${e.kind}`), width: 260 },
      { id: 'kind', header: t('column.kind'), cell: (e) => t(`kind.${e.kind}`) },
      { id: 'who', header: t('column.who'), cell: (e) => <Who event={e} /> },
      { id: 'from', header: t('column.from'), cell: (e) => t(e.trusted ? 'from.server' : 'from.page') },
      { id: 'at', header: t('column.at'), cell: (e) => <Moment at={e.at} />, width: 170 },
    ],
    [t],
  );
}

function Who({ event }: { event: VisitorEvent }) {
  const { t } = useTranslation('events');
  const { store } = useParams({ from: '/s/$store' });
  if (!event.contact) {
    return (
      <Text fz="sm" c="dimmed">
        {t(event.document ? 'visitor' : 'erased', { number: event.visitor })}
      </Text>
    );
  }
  const contact = event.contact;
  return (
    <Anchor
      fz="sm"
      renderRoot={(props) => <Link to="/s/$store/contacts/$contact" params={{ store, contact }} {...props} />}
    >
      {t('contact')}
    </Anchor>
  );
}

function Empty() {
  const { t } = useTranslation('events');
  const { store } = useParams({ from: '/s/$store' });
  const call = `curl -u ${t('empty.key')}: ${location.origin}/v1/track \\
  -d '{"event": "Product Viewed", "anonymousId": "a1", "properties": {"name": "Scarf"}}'`;
  return (
    <>
      <EmptyState
        icon={<IconActivity aria-hidden />}
        title={t('empty.title')}
        text={t('empty.text')}
        action={
          <Anchor renderRoot={(props) => <Link to="/s/$store/settings/keys" params={{ store }} {...props} />}>
            {t('empty.action')}
          </Anchor>
        }
      />
      <Code block tabIndex={0}>
        {call}
      </Code>
    </>
  );
}
