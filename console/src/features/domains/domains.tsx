/** Sender domains of the store, with what is still missing in DNS. */
import { Button, Text } from '@mantine/core';
import { IconPlus, IconWorldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcuts } from '../../lib/keys';
import { PlaceLink, useGo } from '../../parts/links/links';
import { type Column, DataTable } from '../../ui/data-table';
import { Page } from '../../ui/page';
import { EmptyState, Loaded } from '../../ui/states';
import { Moment } from '../../ui/time';
import { AddDomain } from './add-domain';
import { DomainStatus } from './parts';
import { type Domain, domainsQuery } from './queries';

export const route = createLazyRoute('/s/$store/domains')({ component: Domains });

function Domains() {
  const { t } = useTranslation('domains');
  const { add = false } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(domainsQuery());
  const go = useGo();
  const setAdd = (open: boolean) => void navigate({ search: { add: open || undefined } });
  useShortcuts([{ keys: 'c', label: t('add.action'), action: () => setAdd(true) }]);
  const button = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdd(true)}>
      {t('add.action')}
    </Button>
  );
  const isEmpty = query.data?.items.length === 0;
  return (
    <Page title={t('title')} description={t('description')} actions={isEmpty ? undefined : button}>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState
              icon={<IconWorldCheck aria-hidden />}
              title={t('empty.title')}
              text={t('empty.text')}
              action={button}
            />
          ) : (
            <DomainTable items={items} onOpen={(domain) => go('/domains/$domain', { domain: domain.id })} />
          )
        }
      </Loaded>
      <AddDomain opened={add} onClose={() => setAdd(false)} />
    </Page>
  );
}

function DomainTable({ items, onOpen }: { items: Domain[]; onOpen: (domain: Domain) => void }) {
  const { t } = useTranslation('domains');
  const columns = useMemo<Column<Domain>[]>(
    () => [
      {
        id: 'domain',
        header: t('column.domain'),
        cell: (domain) => (
          <PlaceLink to="/domains/$domain" params={{ domain: domain.id }} fw={500} fz="sm">
            {domain.domain}
          </PlaceLink>
        ),
      },
      { id: 'state', header: t('column.state'), cell: (domain) => <DomainStatus domain={domain} /> },
      {
        id: 'records',
        header: t('column.records'),
        cell: (domain) => (
          <Text fz="sm">
            {t('recordsFound', {
              found: domain.records.filter((record) => record.status === 'ok').length,
              count: domain.records.length,
            })}
          </Text>
        ),
      },
      { id: 'checked', header: t('column.checked'), cell: (domain) => <Moment at={domain.checked_at} /> },
      { id: 'added', header: t('column.added'), cell: (domain) => <Moment at={domain.created_at} /> },
    ],
    [t],
  );
  return (
    <DataTable
      caption={t('title')}
      columns={columns}
      rows={items}
      rowId={(domain) => domain.id}
      rowName={(domain) => domain.domain}
      onOpen={onOpen}
    />
  );
}
