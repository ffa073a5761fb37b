/** The audit log: who did what and when, in a chain that shows whether an entry was changed or removed. */

import { Alert, Button, Code, SegmentedControl, Text } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { createLazyRoute } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActorName } from '../../parts/actor-name/actor-name';
import { type Column, DataTable } from '../../ui/data-table';
import { Page } from '../../ui/page';
import { Pager } from '../../ui/pager';
import { EmptyState, Loaded } from '../../ui/states';
import { Moment } from '../../ui/time';
import { toastFailed } from '../../ui/toasts';
import { type Entry, type Log, useEntries, type Verdict, verify } from './queries';

export const route = createLazyRoute('/s/$store/settings/audit')({ component: Audit });

function Audit() {
  const { t } = useTranslation('audit');
  const { log, after } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useEntries(log, after);
  const columns = useColumns();
  return (
    <Page title={t('title')} description={t('description')} actions={<Check />}>
      <SegmentedControl
        style={{ alignSelf: 'flex-start' }}
        aria-label={t('which')}
        value={log}
        onChange={(value) => void navigate({ search: { log: value as Log } })}
        data={[
          { value: 'store', label: t('store') },
          { value: 'account', label: t('account') },
        ]}
      />
      <Loaded query={query}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState
              icon={<IconShieldCheck aria-hidden />}
              title={t('empty.title')}
              text={t('empty.text')}
            />
          ) : (
            <>
              <DataTable
                caption={t('title')}
                columns={columns}
                rows={page.items}
                rowId={(entry) => entry.id}
                rowName={(entry) => String(entry.seq)}
              />
              <Pager
                after={after}
                next={page.next}
                limit={50}
                onGo={(to) => void navigate({ search: { log, after: to } })}
              />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

/** What an action is called; one without words of its own shows its name. */
function useActionName(): (action: string) => string {
  const { t, i18n } = useTranslation('audit');
  return (action) => {
    const key = `action.${action.replaceAll('.', '_')}`;
    return i18n.exists(`audit:${key}`) ? t(key) : action;
  };
}

function useColumns(): Column<Entry>[] {
  const { t } = useTranslation('audit');
  const name = useActionName();
  return useMemo(
    () => [
      { id: 'seq', header: t('column.seq'), width: 80, cell: (entry) => entry.seq },
      { id: 'at', header: t('column.at'), width: 190, cell: (entry) => <Moment at={entry.at} absolute /> },
      { id: 'action', header: t('column.action'), width: 240, cell: (entry) => name(entry.action) },
      { id: 'actor', header: t('column.actor'), cell: (entry) => <ActorName actor={entry.actor} /> },
      {
        id: 'object',
        header: t('column.object'),
        cell: (entry) => (entry.object ? <Code>{entry.object}</Code> : '—'),
      },
      { id: 'details', header: t('column.details'), cell: (entry) => <Details details={entry.details} /> },
    ],
    [t, name],
  );
}

function Details({ details }: { details: Entry['details'] }) {
  const pairs = Object.entries(details as Record<string, unknown>);
  if (pairs.length === 0) return <>—</>;
  return (
    <Text fz="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
      {pairs
        .map(([key, value]) => `${key}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
        .join(', ')}
    </Text>
  );
}

function Check() {
  const { t } = useTranslation('audit');
  const [busy, setBusy] = useState(false);
  const [verdict, setVerdict] = useState<Verdict>();
  const check = async () => {
    setBusy(true);
    try {
      setVerdict(await verify());
    } catch (error) {
      toastFailed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <div role="status">
        {verdict !== undefined && (
          <Alert color={verdict.intact ? 'teal' : 'red'} py={6}>
            {verdict.intact
              ? t('check.intact', { count: verdict.entries })
              : t('check.broken', { place: verdict.first_bad ?? '—', reason: verdict.reason ?? '' })}
          </Alert>
        )}
      </div>
      <Button variant="default" loading={busy} onClick={() => void check()}>
        {t('check.submit')}
      </Button>
    </>
  );
}
