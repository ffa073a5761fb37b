/** Who is in a segment, by its rule as it is now. */
import { Group, Text } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client';
import { countryName } from '../../lib/format';
import { contactName } from '../../parts/audience-pickers';
import { ChannelChips, ContactLink } from '../../parts/contact-bits';
import { type Column, DataTable } from '../../ui/data-table';
import { Pager } from '../../ui/pager';
import { EmptyState, Loaded } from '../../ui/states';
import { Moment } from '../../ui/time';
import { membersQuery, PAGE, type Segment } from './queries';

type Contact = Schema<'ContactOut'>;
const page = getRouteApi('/s/$store/segments/$segment');

export function Members({ segment }: { segment: Segment }) {
  const { t } = useTranslation('segments');
  const { store } = page.useParams();
  const { after } = page.useSearch();
  const navigate = page.useNavigate();
  const query = useQuery({ ...membersQuery(segment.id, after), placeholderData: keepPreviousData });
  const columns = useMemo<Column<Contact>[]>(
    () => [
      { id: 'name', header: t('member.name'), cell: (c) => <ContactLink contact={c} /> },
      { id: 'channels', header: t('member.channels'), cell: (c) => <ChannelChips channels={c.channels} /> },
      {
        id: 'country',
        header: t('member.country'),
        cell: (c) => <Text fz="sm">{c.country ? countryName(c.country) : '—'}</Text>,
        width: 160,
      },
      { id: 'created', header: t('member.created'), cell: (c) => <Moment at={c.created_at} />, width: 150 },
    ],
    [t],
  );
  return (
    <Loaded query={query}>
      {({ items, next }) =>
        items.length === 0 && after === undefined ? (
          <EmptyState
            icon={<IconUsers aria-hidden />}
            title={t('noMembers.title')}
            text={t('noMembers.text')}
          />
        ) : (
          <Group gap="md" display="block">
            <DataTable
              caption={t('tab.members')}
              columns={columns}
              rows={items}
              rowId={(c) => c.id}
              rowName={contactName}
              onOpen={(c) =>
                void navigate({ to: '/s/$store/contacts/$contact', params: { store, contact: c.id } })
              }
            />
            <Pager
              after={after}
              next={next}
              limit={PAGE}
              onGo={(to) => void navigate({ search: { tab: 'members', after: to } })}
            />
          </Group>
        )
      }
    </Loaded>
  );
}
