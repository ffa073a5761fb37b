/** Above the contacts list: search, filters, conditions, and which columns are shown. */
import { Button, Group, Select, Stack } from '@mantine/core';
import { IconFilter, IconUsersPlus, IconX } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SegmentSelect, TagSelect } from '../../parts/audience-pickers';
import { CHANNELS } from '../../parts/contact-bits';
import { ruleText } from '../../parts/rule-builder';
import { ViewsMenu } from '../../parts/saved-views/views-menu';
import { ColumnChooser } from '../../ui/column-chooser';
import { ask } from '../../ui/confirm';
import { SearchBox } from '../../ui/search-box';
import { STATUSES } from './routes';
import { RuleChips, RuleDrawer } from './rule-filter';
import { isFiltered, segmentRuleOf } from './selection';

const page = getRouteApi('/s/$store/contacts');

/** The filters of the address, and changing them; another filter is another list and begins on its first page. */
function useFilters() {
  const { after: _, limit, ...filters } = page.useSearch();
  const navigate = page.useNavigate();
  const show = (next: typeof filters, replace = false) =>
    void navigate({ search: { ...next, limit }, replace });
  return {
    filters,
    show,
    set: (change: Partial<typeof filters>) => show({ ...filters, ...change }, change.search !== undefined),
  };
}

export interface FilterBarProps {
  columns: { id: string; header: string }[];
  hidden: string[];
  onHidden: (hidden: string[]) => void;
}

export function FilterBar(props: FilterBarProps) {
  const { filters, set } = useFilters();
  const [editing, setEditing] = useState(false);
  const rule = { rule: filters.rule, onChange: (next: string | undefined) => set({ rule: next }) };
  return (
    <Stack gap="sm">
      <Fields {...props} onEditRule={() => setEditing(true)} />
      <Group gap="xs">
        <RuleChips {...rule} onEdit={() => setEditing(true)} />
        <SaveAsSegment />
      </Group>
      <RuleDrawer {...rule} opened={editing} onClose={() => setEditing(false)} />
    </Stack>
  );
}

function Fields(props: FilterBarProps & { onEditRule: () => void }) {
  const { t } = useTranslation('contacts');
  const { filters, set, show } = useFilters();
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
          show(taken as typeof filters);
        }}
      />
      <SearchBox
        label={t('search')}
        placeholder={t('searchHint')}
        value={filters.search}
        onSearch={(search) => set({ search })}
        w={220}
      />
      <SegmentSelect
        label={t('filter.segment')}
        hideLabel
        w={150}
        value={filters.segment ?? null}
        placeholder={t('filter.anySegment')}
        clearable
        onChange={(id) => set({ segment: id ?? undefined })}
      />
      <TagSelect
        label={t('filter.tag')}
        hideLabel
        w={130}
        value={filters.tag ?? null}
        placeholder={t('filter.anyTag')}
        clearable
        onChange={(tag) => set({ tag: tag ?? undefined })}
      />
      <StatusFilter />
      <Button
        variant="default"
        aria-haspopup="dialog"
        leftSection={<IconFilter size={16} aria-hidden />}
        onClick={props.onEditRule}
      >
        {t('filter.rule')}
      </Button>
      {isFiltered(filters) && (
        <Button
          variant="subtle"
          color="gray"
          leftSection={<IconX size={14} aria-hidden />}
          onClick={() => show({})}
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

/** Begins a segment with the filters as its rule; words that are searched for cannot be in one. */
function SaveAsSegment() {
  const { t } = useTranslation('contacts');
  const { store } = page.useParams();
  const navigate = page.useNavigate();
  const { filters } = useFilters();
  const rule = segmentRuleOf(filters);
  if (rule === undefined) return null;
  const go = () =>
    void navigate({ to: '/s/$store/segments/new', params: { store }, search: { rule: ruleText(rule) } });
  const begin = () =>
    filters.search === undefined
      ? go()
      : ask({
          title: t('filter.saveSegment'),
          text: t('filter.saveSegmentText', { search: filters.search }),
          action: t('filter.saveSegmentGo'),
          onConfirm: go,
        });
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      leftSection={<IconUsersPlus size={14} aria-hidden />}
      onClick={begin}
    >
      {t('filter.saveSegment')}
    </Button>
  );
}

function StatusFilter() {
  const { t } = useTranslation(['contacts', 'consent']);
  const { filters, set } = useFilters();
  return (
    <Group gap={4} wrap="nowrap">
      <Select
        w={150}
        aria-label={t('contacts:filter.status')}
        placeholder={t('contacts:filter.anyStatus')}
        data={STATUSES.map((status) => ({ value: status, label: t(`consent:state.${status}`) }))}
        value={filters.status ?? null}
        clearable
        clearButtonProps={{ 'aria-label': t('contacts:filter.clearStatus') }}
        onChange={(status) => set({ status: (status as typeof filters.status) ?? undefined })}
      />
      {filters.status !== undefined && (
        <Select
          w={130}
          aria-label={t('contacts:filter.channel')}
          data={CHANNELS.map((channel) => ({ value: channel, label: t(`consent:channel.${channel}`) }))}
          value={filters.channel ?? 'email'}
          allowDeselect={false}
          onChange={(channel) => channel !== null && set({ channel: channel as typeof filters.channel })}
        />
      )}
    </Group>
  );
}
