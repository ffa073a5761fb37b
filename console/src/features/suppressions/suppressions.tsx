/** Addresses that must not be used, whatever their owners said. */

import { Alert, Button, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { IconBan, IconPlus } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { useShortcuts } from '../../lib/keys';
import { ActorName } from '../../parts/actor-name/actor-name';
import { ContactLink } from '../../parts/contact-bits';
import { ask } from '../../ui/confirm';
import { type Column, DataTable } from '../../ui/data-table';
import { Page } from '../../ui/page';
import { Pager } from '../../ui/pager';
import { useProblemText } from '../../ui/problem-text';
import { SearchBox } from '../../ui/search-box';
import { EmptyState, FilteredEmpty, Loaded } from '../../ui/states';
import { Status, type Tone } from '../../ui/status';
import { Moment } from '../../ui/time';
import { toastDone, toastFailed } from '../../ui/toasts';
import { AddForm } from './add-form';
import { contactQuery, PAGE, removeSuppression, type Suppression, suppressionsQuery } from './queries';

export const route = createLazyRoute('/s/$store/suppressions')({ component: Suppressions });

const TONES: Record<Suppression['reason'], Tone> = {
  bounced: 'warning',
  complained: 'bad',
  suppressed: 'neutral',
  unsubscribed: 'neutral',
};

function useRemove() {
  const { t } = useTranslation('suppressions');
  const words = useProblemText();
  return (entry: Suppression) =>
    ask({
      title: t('remove.title'),
      text: t(entry.reason === 'complained' ? 'remove.textComplained' : 'remove.text'),
      action: t('remove.action'),
      danger: true,
      onConfirm: () =>
        void removeSuppression(entry.id).then(
          () => toastDone(t('remove.done')),
          (error: unknown) => toastFailed(error, words(problemOf(error))),
        ),
    });
}

function useColumns(): Column<Suppression>[] {
  const { t } = useTranslation(['suppressions', 'consent', 'contacts']);
  const remove = useRemove();
  return useMemo(
    () => [
      { id: 'who', header: t('suppressions:column.who'), cell: (s) => <Owner entry={s} />, width: 260 },
      {
        id: 'channel',
        header: t('suppressions:column.channel'),
        cell: (s) => <Text fz="sm">{t(`consent:channel.${s.channel}`)}</Text>,
      },
      {
        id: 'reason',
        header: t('suppressions:column.reason'),
        cell: (s) => <Status tone={TONES[s.reason]} label={t(`consent:state.${s.reason}`)} />,
      },
      {
        id: 'source',
        header: t('suppressions:column.source'),
        cell: (s) => <Text fz="sm">{t(`contacts:source.${s.source}`)}</Text>,
      },
      { id: 'actor', header: t('suppressions:column.actor'), cell: (s) => <ActorName actor={s.actor} /> },
      { id: 'at', header: t('suppressions:column.at'), cell: (s) => <Moment at={s.at} />, width: 150 },
      {
        id: 'actions',
        header: t('common:actions'),
        hideHeader: true,
        align: 'end',
        cell: (s) => (
          <Button size="compact-sm" variant="default" onClick={() => remove(s)}>
            {t('suppressions:remove.button')}
          </Button>
        ),
      },
    ],
    [t, remove],
  );
}

function Suppressions() {
  const { t } = useTranslation('suppressions');
  const { after, address } = route.useSearch();
  const navigate = route.useNavigate();
  const columns = useColumns();
  const query = useQuery({
    ...suppressionsQuery(address, after),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const add = () => {
    const id: string = modals.open({
      title: t('add.title'),
      children: <AddForm onEnd={() => modals.close(id)} />,
    });
  };
  useShortcuts([{ keys: 'c', label: t('add.title'), action: add }]);
  const addButton = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={add}>
      {t('add.title')}
    </Button>
  );
  // What is typed is not an address yet: that is no failure, only not a question that can be asked.
  const unfinished = address !== undefined && query.error !== null && problemOf(query.error).status === 422;
  return (
    <Page title={t('title')} description={t('description')} actions={addButton}>
      <Stack gap="md">
        <SearchBox
          label={t('search')}
          w={340}
          value={address}
          onSearch={(text) => void navigate({ search: { address: text }, replace: true })}
        />
        {unfinished ? (
          <Alert color="gray">{t('notAnAddress')}</Alert>
        ) : (
          <Loaded query={query}>
            {({ items, next }) =>
              items.length === 0 && after === undefined ? (
                address === undefined ? (
                  <EmptyState
                    icon={<IconBan aria-hidden />}
                    title={t('empty.title')}
                    text={t('empty.text')}
                    action={addButton}
                  />
                ) : (
                  <FilteredEmpty onClear={() => void navigate({ search: {} })} />
                )
              ) : (
                <>
                  <DataTable
                    caption={t('title')}
                    columns={columns}
                    rows={items}
                    rowId={(s) => s.id}
                    rowName={(s) => s.id}
                    minWidth={900}
                  />
                  {address === undefined && (
                    <Pager
                      after={after}
                      next={next}
                      limit={PAGE}
                      onGo={(to) => void navigate({ search: { after: to } })}
                    />
                  )}
                </>
              )
            }
          </Loaded>
        )}
      </Stack>
    </Page>
  );
}

/** Whose address it is, if a contact has it; the list itself keeps only a keyed hash. */
function Owner({ entry }: { entry: Suppression }) {
  const { t } = useTranslation('suppressions');
  const { data } = useQuery({
    ...contactQuery(entry.contact ?? ''),
    enabled: Boolean(entry.contact),
    staleTime: 60_000,
  });
  if (!entry.contact) {
    return (
      <Text fz="sm" c="dimmed">
        {t('noContact')}
      </Text>
    );
  }
  return data === undefined ? <Text fz="sm">…</Text> : <ContactLink contact={data} />;
}
