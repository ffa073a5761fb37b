/** Relays in their order, with what is preferred and what the last test found. */
import { Badge, Button, Group, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { number } from '../../lib/format';
import { useShortcuts } from '../../lib/keys';
import { type Column, DataTable } from '../../ui/data-table';
import { Page } from '../../ui/page';
import { Loaded } from '../../ui/states';
import { Status } from '../../ui/status';
import { Moment } from '../../ui/time';
import { parseAddress } from './model';
import { type Relay, relaysQuery } from './queries';
import { RelayDrawer } from './relay-drawer';
import { RelayMenu } from './relay-menu';
import { TestDialog } from './test-dialog';

export const route = createLazyRoute('/s/$store/relays')({ component: Relays });

function Relays() {
  const { t } = useTranslation('relays');
  const { edit } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(relaysQuery());
  const [tested, setTested] = useState<Relay>();
  const setEdit = (id: string | undefined) => void navigate({ search: { edit: id } });
  useShortcuts([{ keys: 'c', label: t('add.action'), action: () => setEdit('new') }]);
  return (
    <Page
      title={t('title')}
      description={t('description')}
      actions={
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setEdit('new')}>
          {t('add.action')}
        </Button>
      }
    >
      <Loaded query={query}>
        {({ items }) => <RelayTable relays={items} onEdit={setEdit} onTest={setTested} />}
      </Loaded>
      <RelayDrawer id={edit} onClose={() => setEdit(undefined)} onTest={setTested} />
      <TestDialog relay={tested} onClose={() => setTested(undefined)} />
    </Page>
  );
}

function RelayTable(props: {
  relays: Relay[];
  onEdit: (id: string) => void;
  onTest: (relay: Relay) => void;
}) {
  const { relays, onEdit, onTest } = props;
  const { t } = useTranslation('relays');
  const columns = useMemo<Column<Relay>[]>(
    () => [
      { id: 'name', header: t('column.name'), cell: (relay) => <RelayName relay={relay} /> },
      { id: 'address', header: t('column.address'), cell: (relay) => <Address relay={relay} /> },
      { id: 'limits', header: t('column.limits'), cell: (relay) => <Limits relay={relay} /> },
      { id: 'test', header: t('column.test'), cell: (relay) => <LastTest relay={relay} /> },
      {
        id: 'actions',
        header: t('common:actions'),
        hideHeader: true,
        width: 60,
        align: 'end',
        cell: (relay) => <RelayMenu relay={relay} relays={relays} onEdit={onEdit} onTest={onTest} />,
      },
    ],
    [t, relays, onEdit, onTest],
  );
  return (
    <DataTable
      caption={t('title')}
      columns={columns}
      rows={relays}
      rowId={(relay) => relay.id}
      rowName={(relay) => relay.name}
      onOpen={(relay) => onEdit(relay.id)}
    />
  );
}

function RelayName({ relay }: { relay: Relay }) {
  const { t } = useTranslation('relays');
  return (
    <Group gap="xs">
      <Text fz="sm" fw={500}>
        {relay.name}
      </Text>
      {relay.preferred && <Badge color="indigo">{t('preferred')}</Badge>}
    </Group>
  );
}

function Address({ relay }: { relay: Relay }) {
  const { t } = useTranslation('relays');
  if (relay.kind === 'sandbox') return <Text fz="sm">{t('kind.sandboxShort')}</Text>;
  const { host, port, encryption } = parseAddress(relay.address);
  return (
    <div>
      <Text fz="sm" style={{ overflowWrap: 'anywhere' }}>
        {host}:{port}
      </Text>
      <Text fz="xs" c="dimmed">
        {t(`encryption.${encryption}`)} · {relay.logs_in ? t('logsIn') : t('logsInNot')}
      </Text>
    </div>
  );
}

function Limits({ relay }: { relay: Relay }) {
  const { t } = useTranslation('relays');
  const providers = Object.keys(relay.limits).length;
  return (
    <div>
      <Text fz="sm">
        {t('connections', { count: relay.connections_max, shown: number(relay.connections_max) })}
      </Text>
      {providers > 0 && (
        <Text fz="xs" c="dimmed">
          {t('limitedProviders', { count: providers })}
        </Text>
      )}
    </div>
  );
}

function LastTest({ relay }: { relay: Relay }) {
  const { t } = useTranslation('relays');
  if (relay.kind === 'sandbox') return <Text fz="sm">—</Text>;
  if (!relay.tested_at) return <Status tone="neutral" label={t('test.never')} />;
  return (
    <Group gap="xs">
      <Status
        tone={relay.test_passed ? 'good' : 'bad'}
        label={relay.test_passed ? t('test.passed') : t('test.failed')}
      />
      <Text fz="xs" c="dimmed">
        <Moment at={relay.tested_at} />
      </Text>
    </Group>
  );
}
