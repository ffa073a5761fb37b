/** One sender domain: what to publish, what was found, its keys and its settings. */
import { ActionIcon, Alert, Button, Card, Group, Menu, Stack, Text, Title, Tooltip } from '@mantine/core';
import { IconDots, IconDownload, IconRefresh, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { download } from '../../lib/download';
import { useGo } from '../../parts/links/links';
import { askTyped } from '../../ui/confirm';
import { Page } from '../../ui/page';
import { Loaded } from '../../ui/states';
import { Moment } from '../../ui/time';
import { toastDone, toastFailed } from '../../ui/toasts';
import { KeysCard } from './keys-card';
import { DomainStatus } from './parts';
import { checkDomain, type Domain, domainQuery, domainsQuery, removeDomain, zoneFile } from './queries';
import { RecordCard } from './record-card';
import { SettingsCard } from './settings-card';

export const route = createLazyRoute('/s/$store/domains/$domain')({ component: DomainScreen });

function DomainScreen() {
  const { t } = useTranslation('domains');
  const { domain: id } = route.useParams();
  const query = useQuery(domainQuery(id));
  const domain = query.data;
  return (
    <Page
      title={domain?.domain ?? t('title')}
      badge={domain && <DomainStatus domain={domain} />}
      crumbs={[{ label: t('title'), to: '/s/$store/domains' as '/s/$store/home', params: route.useParams() }]}
      actions={domain && <Actions domain={domain} />}
    >
      <Loaded query={query}>{(data) => <Content domain={data} />}</Loaded>
    </Page>
  );
}

function Content({ domain }: { domain: Domain }) {
  const { t } = useTranslation('domains');
  const open = domain.records.filter((record) => record.status !== 'ok').length;
  return (
    <Stack gap="lg">
      {!domain.verified && (
        <Alert color="indigo" title={t('setup.title')}>
          {t('setup.text')}
        </Alert>
      )}
      <Stack gap="sm" component="section" aria-label={t('records.title')}>
        <Group justify="space-between" align="baseline">
          <Title order={2}>{t('records.title')}</Title>
          <Text fz="sm" c="dimmed" role="status">
            {domain.checked_at ? (
              <>
                {open === 0 ? t('records.allFound') : t('records.open', { count: open })} ·{' '}
                {t('records.checked')} <Moment at={domain.checked_at} />
              </>
            ) : (
              t('records.never')
            )}
          </Text>
        </Group>
        {domain.records.map((record) => (
          <RecordCard key={`${record.purpose} ${record.name} ${record.value}`} record={record} />
        ))}
      </Stack>
      <KeysCard domain={domain} />
      <Card withBorder>
        <SettingsCard domain={domain} />
      </Card>
    </Stack>
  );
}

function Actions({ domain }: { domain: Domain }) {
  const { t } = useTranslation('domains');
  const queries = useQueryClient();
  const go = useGo();
  const [busy, setBusy] = useState(false);
  const check = async () => {
    setBusy(true);
    try {
      const fresh = await checkDomain(domain.id);
      queries.setQueryData(domainQuery(domain.id).queryKey, fresh);
      toastDone(fresh.verified ? t('check.verified') : t('check.done'));
    } catch (error) {
      toastFailed(error);
    } finally {
      setBusy(false);
    }
  };
  const remove = async () => {
    try {
      await removeDomain(domain.id);
      await queries.invalidateQueries({ queryKey: domainsQuery().queryKey });
      toastDone(t('remove.done', { domain: domain.domain }));
      go('/domains', {});
    } catch (error) {
      toastFailed(error);
    }
  };
  const zone = () => zoneFile(domain.id).then((text) => download(`${domain.domain}.zone`, text), toastFailed);
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconDownload size={16} aria-hidden />}
        onClick={() => void zone()}
      >
        {t('zone')}
      </Button>
      <Button leftSection={<IconRefresh size={16} aria-hidden />} loading={busy} onClick={() => void check()}>
        {t('check.action')}
      </Button>
      <Menu position="bottom-end" withArrow>
        <Menu.Target>
          <Tooltip label={t('more')}>
            <ActionIcon variant="default" size={36} aria-label={t('more')}>
              <IconDots size={18} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={16} aria-hidden />}
            onClick={() =>
              askTyped({
                title: t('remove.title', { domain: domain.domain }),
                text: t('remove.text'),
                action: t('remove.action'),
                word: domain.domain,
                onConfirm: () => void remove(),
              })
            }
          >
            {t('remove.action')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
