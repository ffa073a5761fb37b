/** One segment: what it says and has, its members, its versions, and why somebody is or is not in it. */
import { Button, Group, Tabs } from '@mantine/core';
import { IconPencil, IconSend } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '../../ui/page';
import { Failed } from '../../ui/states';
import { Status } from '../../ui/status';
import { Explain } from './explain';
import { Members } from './members';
import { Overview } from './overview';
import { type Segment as SegmentType, segmentQuery } from './queries';
import { SEGMENT_TABS } from './routes';
import { SegmentMenu, useCampaignLink } from './segment-menu';
import { Versions } from './versions';

export const route = createLazyRoute('/s/$store/segments/$segment')({ component: Segment });

function Segment() {
  const { t } = useTranslation('segments');
  const { store, segment: id } = route.useParams();
  const { tab = 'overview' } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(segmentQuery(id));
  const segment = query.data;
  return (
    <Page
      title={segment?.name ?? (query.error ? t('one') : '…')}
      description={segment?.description || undefined}
      badge={segment?.archived_at && <Status tone="neutral" label={t('isArchived')} />}
      crumbs={[{ label: t('title'), to: '/s/$store/segments', params: { store } }]}
      actions={segment !== undefined && <Actions segment={segment} />}
    >
      {query.error !== null && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {segment !== undefined && (
        <Tabs
          value={tab}
          keepMounted={false}
          onChange={(next) =>
            void navigate({ search: { tab: next === 'overview' ? undefined : (next as typeof tab) } })
          }
        >
          <Tabs.List mb="md">
            {SEGMENT_TABS.map((one) => (
              <Tabs.Tab key={one} value={one}>
                {t(`tab.${one}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value="overview">
            <Overview segment={segment} />
          </Tabs.Panel>
          <Tabs.Panel value="members">
            <Members segment={segment} />
          </Tabs.Panel>
          <Tabs.Panel value="versions">
            <Versions segment={segment} />
          </Tabs.Panel>
          <Tabs.Panel value="explain">
            <Explain segment={segment} />
          </Tabs.Panel>
        </Tabs>
      )}
    </Page>
  );
}

function Actions({ segment }: { segment: SegmentType }) {
  const { t } = useTranslation('segments');
  const navigate = route.useNavigate();
  const { store } = route.useParams();
  const useInCampaign = useCampaignLink(segment.id);
  const edit = () =>
    void navigate({ to: '/s/$store/segments/$segment/edit', params: { store, segment: segment.id } });
  return (
    <Group gap="xs">
      <SegmentMenu segment={segment} />
      {!segment.archived_at && (
        <>
          <Button variant="default" leftSection={<IconPencil size={16} aria-hidden />} onClick={edit}>
            {t('edit')}
          </Button>
          <Button leftSection={<IconSend size={16} aria-hidden />} onClick={useInCampaign}>
            {t('useInCampaign')}
          </Button>
        </>
      )}
    </Group>
  );
}
