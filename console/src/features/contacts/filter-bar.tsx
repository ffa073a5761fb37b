/** Above the contacts list: search, filters, and which columns are shown. */
import { Button, Group, Select } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { SegmentSelect, TagSelect } from '../../parts/audience-pickers';
import { CHANNELS } from '../../parts/contact-bits';
import { ViewsMenu } from '../../parts/saved-views/views-menu';
import { ColumnChooser } from '../../ui/column-chooser';
import { SearchBox } from '../../ui/search-box';
import { STATUSES } from './routes';
import { isFiltered } from './selection';

const page = getRouteApi('/s/$store/contacts');

export function FilterBar(props: {
  columns: { id: string; header: string }[];
  hidden: string[];
  onHidden: (hidden: string[]) => void;
}) {
  const { t } = useTranslation('contacts');
  const { after: _, limit, ...filters } = page.useSearch();
  const navigate = page.useNavigate();
  const set = (change: Partial<typeof filters>) =>
    void navigate({ search: { ...filters, limit, ...change }, replace: change.search !== undefined });
  return (
    <Group gap="sm" align="center">
      <ViewsMenu
        list="contacts"
        filters={filters}
        columns={props.columns.map((c) => c.id).filter((id) => !props.hidden.includes(id))}
        onTake={(taken, shown) => {
          if (shown !== undefined) {
            props.onHidden(props.columns.map((c) => c.id).filter((id) => !shown.includes(id)));
          }
          void navigate({ search: { ...taken, limit } as typeof filters });
        }}
      />
      <SearchBox
        label={t('search')}
        placeholder={t('searchHint')}
        value={filters.search}
        onSearch={(search) => set({ search })}
      />
      <SegmentSelect
        label={t('filter.segment')}
        hideLabel
        w={190}
        value={filters.segment ?? null}
        placeholder={t('filter.anySegment')}
        clearable
        onChange={(id) => set({ segment: id ?? undefined })}
      />
      <TagSelect
        label={t('filter.tag')}
        hideLabel
        w={150}
        value={filters.tag ?? null}
        placeholder={t('filter.anyTag')}
        clearable
        onChange={(tag) => set({ tag: tag ?? undefined })}
      />
      <StatusFilter />
      {isFiltered(filters) && (
        <Button
          variant="subtle"
          color="gray"
          leftSection={<IconX size={14} aria-hidden />}
          onClick={() => void navigate({ search: { limit } })}
        >
          {t('filter.clear')}
        </Button>
      )}
      <Group ms="auto">
        <ColumnChooser columns={props.columns} hidden={props.hidden} onChange={props.onHidden} />
      </Group>
    </Group>
  );
}

function StatusFilter() {
  const { t } = useTranslation(['contacts', 'consent']);
  const { after: _, ...search } = page.useSearch();
  const navigate = page.useNavigate();
  return (
    <Group gap={4} wrap="nowrap">
      <Select
        w={170}
        aria-label={t('contacts:filter.status')}
        placeholder={t('contacts:filter.anyStatus')}
        data={STATUSES.map((status) => ({ value: status, label: t(`consent:state.${status}`) }))}
        value={search.status ?? null}
        clearable
        clearButtonProps={{ 'aria-label': t('contacts:filter.clearStatus') }}
        onChange={(status) =>
          void navigate({
            search: { ...search, status: (status as typeof search.status) ?? undefined },
          })
        }
      />
      {search.status !== undefined && (
        <Select
          w={130}
          aria-label={t('contacts:filter.channel')}
          data={CHANNELS.map((channel) => ({ value: channel, label: t(`consent:channel.${channel}`) }))}
          value={search.channel ?? 'email'}
          allowDeselect={false}
          onChange={(channel) =>
            channel !== null &&
            void navigate({ search: { ...search, channel: channel as typeof search.channel } })
          }
        />
      )}
    </Group>
  );
}
