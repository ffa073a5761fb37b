/** The sandbox inbox, like a mail client: the list on the left, the message on the right. */
import { Button, Select } from '@mantine/core';
import { IconMailbox, IconRefresh, IconTrash } from '@tabler/icons-react';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useCallback, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useNews } from '../../lib/stream';
import { ask } from '../../ui/confirm';
import { Page } from '../../ui/page';
import { EmptyState, FilteredEmpty, Loaded } from '../../ui/states';
import { toastDone, toastFailed } from '../../ui/toasts';
import { Inbox } from './inbox';
import { campaignsQuery, emptySandbox, messagesQuery } from './queries';

export const route = createLazyRoute('/s/$store/sandbox')({ component: Sandbox });

const LIST_KEY = ['get', '/api/v1/sandbox/messages'];
const REFRESH_MS = 2_000;

function Sandbox() {
  const { t } = useTranslation('sandbox');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery({
    ...messagesQuery(search.campaign, search.after),
    placeholderData: keepPreviousData,
  });
  useFreshMail();
  const isFiltered = search.campaign !== undefined || search.after !== undefined;
  return (
    <Page
      title={t('title')}
      description={t('description')}
      actions={
        <Actions
          campaign={search.campaign}
          onCampaign={(campaign) => void navigate({ search: { campaign } })}
          isEmpty={query.data?.items.length === 0 && !isFiltered}
        />
      }
    >
      <Loaded query={query}>
        {(page) => {
          if (page.items.length > 0) {
            return (
              <Inbox
                page={page}
                search={search}
                onSearch={(change) =>
                  void navigate({ search: (old) => ({ ...old, ...change }), replace: true })
                }
              />
            );
          }
          if (isFiltered) return <FilteredEmpty onClear={() => void navigate({ search: {} })} />;
          return (
            <EmptyState icon={<IconMailbox aria-hidden />} title={t('empty.title')} text={t('empty.text')} />
          );
        }}
      </Loaded>
    </Page>
  );
}

/** Looks for new mail while a campaign sends, at most every two seconds. */
function useFreshMail(): void {
  const queries = useQueryClient();
  const last = useRef(0);
  useNews(
    'campaign',
    useCallback(() => {
      const now = Date.now();
      if (now - last.current < REFRESH_MS) return;
      last.current = now;
      void queries.invalidateQueries({ queryKey: LIST_KEY });
    }, [queries]),
  );
}

function Actions(props: {
  campaign: string | undefined;
  onCampaign: (campaign: string | undefined) => void;
  isEmpty: boolean;
}) {
  const { campaign, onCampaign, isEmpty } = props;
  const { t } = useTranslation('sandbox');
  const queries = useQueryClient();
  const campaigns = useQuery(campaignsQuery());
  const refresh = () => queries.invalidateQueries({ queryKey: LIST_KEY });
  const empty = () =>
    ask({
      title: t('clear.title'),
      text: t('clear.text'),
      action: t('clear.action'),
      danger: true,
      onConfirm: () =>
        void emptySandbox()
          .then(() => toastDone(t('clear.done')), toastFailed)
          .finally(() => {
            onCampaign(undefined);
            void refresh();
          }),
    });
  return (
    <>
      <Select
        w={240}
        aria-label={t('filter')}
        placeholder={t('filter')}
        clearable
        searchable
        value={campaign ?? null}
        onChange={(value) => onCampaign(value ?? undefined)}
        data={(campaigns.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      />
      <Button
        variant="default"
        leftSection={<IconRefresh size={16} aria-hidden />}
        onClick={() => void refresh()}
      >
        {t('refresh')}
      </Button>
      <Button
        variant="default"
        disabled={isEmpty}
        leftSection={<IconTrash size={16} aria-hidden />}
        onClick={empty}
      >
        {t('clear.action')}
      </Button>
    </>
  );
}
