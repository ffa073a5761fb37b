/** All contacts of the store, newest first, by cursor. */
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconFileImport, IconPlus, IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { number } from '../../lib/format';
import { useShortcuts } from '../../lib/keys';
import { contactName } from '../../parts/audience-pickers';
import { everybodyQuery } from '../../parts/rule-builder';
import { type Chosen, NOTHING_CHOSEN } from '../../ui/chosen';
import { useHiddenColumns } from '../../ui/column-chooser';
import { DataTable } from '../../ui/data-table';
import { Page } from '../../ui/page';
import { Pager } from '../../ui/pager';
import { EmptyState, FilteredEmpty, Loaded } from '../../ui/states';
import { BulkBar } from './bulk-bar';
import { HIDDEN_AT_FIRST, useColumns } from './columns';
import { CreateContact } from './create-contact';
import { FilterBar } from './filter-bar';
import { attributesQuery } from './queries';
import { BrokenRule } from './rule-filter';
import { isFiltered } from './selection';
import { useContactList } from './use-list';

export const route = createLazyRoute('/s/$store/contacts')({ component: Contacts });

const NO_ATTRIBUTES: never[] = [];

function Contacts() {
  const { t } = useTranslation('contacts');
  const { store } = route.useParams();
  const [creating, setCreating] = useState(false);
  useShortcuts([{ keys: 'c', label: t('create.title'), action: () => setCreating(true) }]);
  const everybody = useQuery(everybodyQuery()).data?.count;
  return (
    <Page
      title={t('title')}
      description={
        everybody === undefined ? undefined : t('everybody', { count: everybody, shown: number(everybody) })
      }
      actions={
        <>
          <Button
            variant="default"
            leftSection={<IconFileImport size={16} aria-hidden />}
            renderRoot={(props) => <Link to="/s/$store/imports/new" params={{ store }} {...props} />}
          >
            {t('import')}
          </Button>
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
            {t('create.title')}
          </Button>
        </>
      }
    >
      <List onCreate={() => setCreating(true)} />
      <CreateContact opened={creating} onClose={() => setCreating(false)} />
    </Page>
  );
}

function List({ onCreate }: { onCreate: () => void }) {
  const { t } = useTranslation('contacts');
  const { store } = route.useParams();
  const { after, limit = 50, ...wanted } = route.useSearch();
  const navigate = route.useNavigate();
  const attributes = useQuery(attributesQuery()).data?.items ?? NO_ATTRIBUTES;
  const columns = useColumns(attributes);
  const [hidden, setHidden] = useHiddenColumns('contacts', HIDDEN_AT_FIRST);
  // Custom fields are hidden until they are asked for, also those that are made later.
  const shownFields = hidden.filter((id) => id.startsWith('+')).map((id) => id.slice(1));
  const effective = columns
    .map((c) => c.id)
    .filter((id) => (id.startsWith('attribute.') ? !shownFields.includes(id) : hidden.includes(id)));
  const { query, filters, isBroken, complaints } = useContactList(wanted, after, limit);
  const [chosen, setChosen] = useChosen(JSON.stringify(filters));
  const filtered = isFiltered(filters);
  return (
    <Stack gap="md">
      <FilterBar columns={columns} hidden={effective} onHidden={(ids) => setHidden(keep(ids, columns))} />
      {isBroken && (
        <BrokenRule
          complaints={complaints.map(({ detail }) => detail)}
          onRemove={() => void navigate({ search: { ...filters, limit } })}
        />
      )}
      <Loaded query={query}>
        {({ items, next, total }) =>
          items.length === 0 && after === undefined ? (
            filtered ? (
              <FilteredEmpty onClear={() => void navigate({ search: { limit } })} />
            ) : (
              <Empty onCreate={onCreate} />
            )
          ) : (
            <>
              <BulkBar
                chosen={chosen}
                filters={filters}
                page={items.map((c) => c.id)}
                hasMore={next !== null || after !== undefined}
                total={total?.relation === 'eq' ? total.value : undefined}
                onChoose={setChosen}
              />
              {query.isPlaceholderData && (
                <Text role="status" fz="sm" c="dimmed">
                  {t('searching')}
                </Text>
              )}
              <DataTable
                caption={t('title')}
                columns={columns}
                rows={items}
                rowId={(c) => c.id}
                rowName={contactName}
                hidden={effective}
                chosen={chosen}
                onChoose={setChosen}
                minWidth={900}
                onOpen={(c) =>
                  void navigate({ to: '/s/$store/contacts/$contact', params: { store, contact: c.id } })
                }
              />
              {items.length < limit && next !== null && <Alert color="blue">{t('partial')}</Alert>}
              <Pager
                after={after}
                next={next}
                limit={limit}
                onLimit={(size) => void navigate({ search: { ...wanted, limit: size as 25 | 50 | 100 } })}
                onGo={(to) =>
                  void navigate({
                    search: { ...wanted, limit: limit === 50 ? undefined : limit, after: to },
                  })
                }
              >
                {t('shown', { count: items.length, shown: number(items.length) })}
                {total && ` · ${t(`total.${total.relation}`, { all: number(total.value) })}`}
              </Pager>
            </>
          )
        }
      </Loaded>
    </Stack>
  );
}

/** What is chosen; another filter is another list, so nothing of it is chosen yet. */
function useChosen(list: string): [Chosen, (chosen: Chosen) => void] {
  const [state, setState] = useState({ list, chosen: NOTHING_CHOSEN });
  return [state.list === list ? state.chosen : NOTHING_CHOSEN, (chosen) => setState({ list, chosen })];
}

/** What is kept of a choice of columns: hidden common fields, and `+` before custom fields that are shown. */
function keep(hidden: string[], columns: { id: string }[]): string[] {
  return columns.flatMap(({ id }) => {
    const isHidden = hidden.includes(id);
    if (id.startsWith('attribute.')) return isHidden ? [] : [`+${id}`];
    return isHidden ? [id] : [];
  });
}

function Empty({ onCreate }: { onCreate: () => void }) {
  const { t } = useTranslation('contacts');
  const { store } = route.useParams();
  return (
    <EmptyState
      icon={<IconUsers aria-hidden />}
      title={t('empty.title')}
      text={t('empty.text')}
      action={
        <Group>
          <Button
            leftSection={<IconFileImport size={16} aria-hidden />}
            renderRoot={(props) => <Link to="/s/$store/imports/new" params={{ store }} {...props} />}
          >
            {t('import')}
          </Button>
          <Button variant="default" onClick={onCreate}>
            {t('create.title')}
          </Button>
        </Group>
      }
    />
  );
}
