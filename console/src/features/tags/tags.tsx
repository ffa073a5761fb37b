/** All tags of the store: rename, remove, and the contacts that carry them. */
import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { IconPlus, IconTags } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { number } from '../../lib/format';
import { useShortcuts } from '../../lib/keys';
import { everyTagQuery, type Tag, tagCountsQuery } from '../../parts/audience-pickers/queries';
import { useJob, useJobEnd } from '../../parts/job-watch';
import { askTyped } from '../../ui/confirm';
import { type Column, DataTable } from '../../ui/data-table';
import { NameForm } from '../../ui/name-form';
import { Page } from '../../ui/page';
import { useProblemText } from '../../ui/problem-text';
import { SearchBox } from '../../ui/search-box';
import { EmptyState, FilteredEmpty, Loaded } from '../../ui/states';
import { toastDone, toastFailed, toastUndo } from '../../ui/toasts';
import { afterJob, createTag, deleteTag, renameTag } from './queries';

export const route = createLazyRoute('/s/$store/tags')({ component: Tags });

/** Rows shown at once; a search finds the rest. */
const SHOWN_MAX = 200;
/** Longest name (the server's limit). */
const NAME_MAX = 100;

function useDeeds() {
  const { t } = useTranslation('tags');
  const words = useProblemText();
  const [job, setJob] = useState<string>();
  useJobEnd(useJob(job), () => void afterJob());
  const fail = (error: unknown) => toastFailed(error, words(problemOf(error)));
  const field = { label: t('column.name'), help: t('nameHelp'), max: NAME_MAX };
  const open = (title: string, form: (close: () => void) => React.ReactNode) => {
    const id: string = modals.open({ title, children: form(() => modals.close(id)) });
  };
  return {
    create: () =>
      open(t('new'), (close) => (
        <NameForm
          {...field}
          action={t('create')}
          onEnd={close}
          onSave={async (name) => {
            await createTag(name);
            toastDone(t('created', { name }));
          }}
        />
      )),
    rename: (tag: Tag) =>
      open(t('renameTitle', { name: tag.name }), (close) => (
        <NameForm
          {...field}
          first={tag.name}
          action={t('rename')}
          onEnd={close}
          onSave={async (name) => {
            await renameTag(tag.id, name);
            toastUndo(t('renamed', { name }), () => void renameTag(tag.id, tag.name).catch(fail));
          }}
        />
      )),
    remove: (tag: Tag) =>
      askTyped({
        title: t('deleteTitle', { name: tag.name }),
        text: t('deleteText'),
        action: t('delete'),
        word: tag.name,
        onConfirm: () =>
          void deleteTag(tag.id).then((id) => {
            setJob(id);
            toastDone(t('deleting', { name: tag.name }));
          }, fail),
      }),
  };
}

function useColumns(deeds: ReturnType<typeof useDeeds>): Column<Tag>[] {
  const { t } = useTranslation('tags');
  const { store } = route.useParams();
  const counts = useQuery(tagCountsQuery()).data;
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('column.name'),
        cell: (tag) => (
          <Anchor
            fz="sm"
            fw={500}
            c="inherit"
            renderRoot={(props) => (
              <Link to="/s/$store/contacts" params={{ store }} search={{ tag: tag.name }} {...props} />
            )}
          >
            {tag.name}
          </Anchor>
        ),
      },
      {
        id: 'contacts',
        header: t('column.contacts'),
        align: 'end',
        width: 140,
        cell: (tag) => (counts === undefined ? '…' : number(counts.get(tag.id) ?? 0)),
      },
      {
        id: 'actions',
        header: t('common:actions'),
        hideHeader: true,
        align: 'end',
        cell: (tag) => (
          <Group gap="xs" justify="flex-end" wrap="nowrap">
            <Button size="compact-sm" variant="default" onClick={() => deeds.rename(tag)}>
              {t('rename')}
            </Button>
            <Button size="compact-sm" variant="light" color="red" onClick={() => deeds.remove(tag)}>
              {t('delete')}
            </Button>
          </Group>
        ),
      },
    ],
    [t, store, deeds, counts],
  );
}

function Tags() {
  const { t } = useTranslation('tags');
  const { store } = route.useParams();
  const { search } = route.useSearch();
  const navigate = route.useNavigate();
  const deeds = useDeeds();
  const columns = useColumns(deeds);
  const query = useQuery(everyTagQuery());
  const wanted = (search ?? '').toLowerCase();
  useShortcuts([{ keys: 'c', label: t('new'), action: deeds.create }]);
  const newButton = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={deeds.create}>
      {t('new')}
    </Button>
  );
  return (
    <Page title={t('title')} description={t('description')} actions={newButton}>
      <Loaded query={query}>
        {(all) => {
          const found = all.filter((tag) => tag.name.toLowerCase().includes(wanted));
          if (all.length === 0) {
            return (
              <EmptyState
                icon={<IconTags aria-hidden />}
                title={t('empty.title')}
                text={t('empty.text')}
                action={newButton}
              />
            );
          }
          return (
            <Stack gap="md">
              <SearchBox
                label={t('search')}
                value={search}
                onSearch={(text) => void navigate({ search: { search: text }, replace: true })}
              />
              {found.length === 0 ? (
                <FilteredEmpty onClear={() => void navigate({ search: {} })} />
              ) : (
                <DataTable
                  caption={t('title')}
                  columns={columns}
                  rows={found.slice(0, SHOWN_MAX)}
                  rowId={(tag) => tag.id}
                  rowName={(tag) => tag.name}
                  minWidth={480}
                  onOpen={(tag) =>
                    void navigate({ to: '/s/$store/contacts', params: { store }, search: { tag: tag.name } })
                  }
                />
              )}
              <Text fz="sm" c="dimmed" role="status">
                {found.length > SHOWN_MAX
                  ? t('shownSome', { shown: number(SHOWN_MAX), all: number(found.length) })
                  : t('shown', { count: found.length, shown: number(found.length) })}
              </Text>
            </Stack>
          );
        }}
      </Loaded>
    </Page>
  );
}
