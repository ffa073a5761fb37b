/** The store's API keys: what each may do, when it was used, and a way to end it. */
import { Badge, Button, Group, Text, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcuts } from '../../lib/keys';
import { askTyped } from '../../ui/confirm';
import { type Column, DataTable } from '../../ui/data-table';
import { Page } from '../../ui/page';
import { Pager } from '../../ui/pager';
import { EmptyState, Loaded } from '../../ui/states';
import { Status } from '../../ui/status';
import { Moment } from '../../ui/time';
import { toastDone, toastFailed } from '../../ui/toasts';
import { NewKey } from './new-key';
import { type Key, keysQuery, revokeKey } from './queries';

export const route = createLazyRoute('/s/$store/settings/keys')({ component: Keys });

function Keys() {
  const { t } = useTranslation('keys');
  const { after } = route.useSearch();
  const navigate = route.useNavigate();
  const [making, { open, close }] = useDisclosure(false);
  const query = useQuery({ ...keysQuery(after), placeholderData: keepPreviousData });
  const columns = useKeyColumns();
  useShortcuts([{ keys: 'c', label: t('new'), action: open }]);
  const button = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      {t('new')}
    </Button>
  );
  return (
    <Page title={t('title')} description={t('description')} actions={button}>
      <Loaded query={query}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState
              icon={<IconKey aria-hidden />}
              title={t('empty.title')}
              text={t('empty.text')}
              action={<Button onClick={open}>{t('new')}</Button>}
            />
          ) : (
            <>
              <DataTable
                caption={t('title')}
                columns={columns}
                rows={page.items}
                rowId={(key) => key.id}
                rowName={(key) => key.name}
              />
              <Pager
                after={after}
                next={page.next}
                limit={50}
                onGo={(to) => void navigate({ search: { after: to } })}
              />
            </>
          )
        }
      </Loaded>
      <NewKey opened={making} onClose={close} />
    </Page>
  );
}

function stateOf(key: Key): 'revoked' | 'expired' | 'active' {
  if (key.revoked_at) return 'revoked';
  return key.expires_at && new Date(key.expires_at).getTime() < Date.now() ? 'expired' : 'active';
}

function useKeyColumns(): Column<Key>[] {
  const { t } = useTranslation('keys');
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('column.name'),
        cell: (key) => (
          <Text fz="sm" fw={500}>
            {key.name}
          </Text>
        ),
      },
      {
        id: 'state',
        header: t('column.state'),
        width: 120,
        cell: (key) => {
          const state = stateOf(key);
          return <Status tone={state === 'active' ? 'good' : 'neutral'} label={t(`state.${state}`)} />;
        },
      },
      { id: 'rights', header: t('column.rights'), cell: (key) => <Rights rights={key.scopes} /> },
      {
        id: 'used',
        header: t('column.used'),
        width: 150,
        cell: (key) => (key.used_at ? <Moment at={key.used_at} /> : t('never')),
      },
      {
        id: 'created',
        header: t('column.created'),
        width: 150,
        cell: (key) => <Moment at={key.created_at} />,
      },
      {
        id: 'expires',
        header: t('column.expires'),
        width: 150,
        cell: (key) => (key.expires_at ? <Moment at={key.expires_at} /> : t('whenRevoked')),
      },
      {
        id: 'revoke',
        header: t('column.action'),
        align: 'end',
        width: 110,
        cell: (key) => (stateOf(key) === 'active' ? <Revoke apiKey={key} /> : ''),
      },
    ],
    [t],
  );
}

function Rights({ rights }: { rights: Key['scopes'] }) {
  const { t } = useTranslation('keys');
  const names = rights.map((right) => t(`right.${right.replace(':', '_')}`));
  return (
    <Group gap={4}>
      {names.slice(0, 2).map((name) => (
        <Badge key={name} color="gray">
          {name}
        </Badge>
      ))}
      {names.length > 2 && (
        <Tooltip label={names.slice(2).join(' · ')} multiline maw={360}>
          <Badge color="gray" tabIndex={0}>
            {t('more', { count: names.length - 2 })}
          </Badge>
        </Tooltip>
      )}
    </Group>
  );
}

function Revoke({ apiKey }: { apiKey: Key }) {
  const { t } = useTranslation('keys');
  const queries = useQueryClient();
  const revoke = async () => {
    try {
      await revokeKey(apiKey.id);
      toastDone(t('revoked', { name: apiKey.name }));
      await queries.invalidateQueries({ queryKey: ['get', '/api/v1/keys'] });
    } catch (error) {
      toastFailed(error);
    }
  };
  const question = {
    title: t('revoke.title', { name: apiKey.name }),
    text: t('revoke.text'),
    action: t('revoke.action'),
    word: apiKey.name,
    onConfirm: () => void revoke(),
  };
  return (
    <Button size="compact-sm" variant="default" onClick={() => askTyped(question)}>
      {t('revoke.short')}
    </Button>
  );
}
