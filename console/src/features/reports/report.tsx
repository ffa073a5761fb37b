/** The report of a campaign, live while it goes out. */
import { Button, Tabs } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useCallback, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { download } from '../../lib/download';
import { type CampaignNews, useNews } from '../../lib/stream';
import { CampaignStatus } from '../../parts/campaign-words/state';
import { Page } from '../../ui/page';
import { Loaded } from '../../ui/states';
import { toastFailed } from '../../ui/toasts';
import { DeliveryTab } from './delivery-tab';
import { DomainsTab } from './domains-tab';
import { LinksTab } from './links-tab';
import { LookupTab } from './lookup-tab';
import { OverviewTab } from './overview-tab';
import { campaignQuery, reportCsv, reportQuery } from './queries';
import { TABS } from './routes';

export const route = createLazyRoute('/s/$store/campaigns/$campaign/report')({ component: ReportScreen });

const REFRESH_MS = 2_000;
/** Opens and clicks come in long after the last message is out; the stream does not tell of them. */
const LATER_MS = 10_000;
const YOUNG_MS = 48 * 3_600_000;

function isYoung(launched: string | null | undefined): boolean {
  return Boolean(launched) && Date.now() - new Date(launched ?? 0).getTime() < YOUNG_MS;
}

function ReportScreen() {
  const { t } = useTranslation('reports');
  const params = route.useParams();
  const { campaign: id } = params;
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const campaign = useQuery(campaignQuery(id));
  const query = useQuery({
    ...reportQuery(id),
    staleTime: 0,
    refetchInterval: isYoung(campaign.data?.launched_at) && LATER_MS,
  });
  useLiveReport(id);
  const name = campaign.data?.name ?? '';
  const save = () =>
    void reportCsv(id).then((text) => download(`${name || 'report'}.csv`, text, 'text/csv'), toastFailed);
  const tab = search.tab ?? 'overview';
  return (
    <Page
      title={name === '' ? t('title') : t('titleOf', { name })}
      badge={campaign.data && <CampaignStatus state={campaign.data.state} />}
      crumbs={[
        { label: t('campaigns'), to: '/s/$store/campaigns' as '/s/$store/home', params },
        { label: name || '…', to: '/s/$store/campaigns/$campaign' as '/s/$store/home', params },
      ]}
      actions={
        query.data && (
          <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />} onClick={save}>
            {t('csv')}
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {(report) => (
          <Tabs
            value={tab}
            keepMounted={false}
            onChange={(value) => {
              const next = TABS.find((one) => one === value);
              void navigate({ search: { tab: next === 'overview' ? undefined : next } });
            }}
          >
            <Tabs.List mb="lg">
              {TABS.map((one) => (
                <Tabs.Tab key={one} value={one}>
                  {t(`tab.${one}`)}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            <Tabs.Panel value="overview">
              <OverviewTab id={id} report={report} />
            </Tabs.Panel>
            <Tabs.Panel value="links">
              <LinksTab id={id} report={report} />
            </Tabs.Panel>
            <Tabs.Panel value="domains">
              <DomainsTab id={id} />
            </Tabs.Panel>
            <Tabs.Panel value="delivery">
              <DeliveryTab id={id} report={report} />
            </Tabs.Panel>
            <Tabs.Panel value="lookup">
              <LookupTab
                id={id}
                contact={search.contact}
                onContact={(contact) => void navigate({ search: { tab: 'lookup', contact } })}
              />
            </Tabs.Panel>
          </Tabs>
        )}
      </Loaded>
    </Page>
  );
}

/** Asks for the report again when the stream tells of the campaign, at most every two seconds. */
function useLiveReport(id: string): void {
  const queries = useQueryClient();
  const last = useRef(0);
  useNews(
    'campaign',
    useCallback(
      (news: CampaignNews) => {
        if (news.id !== id) return;
        if (news.state === 'running' && performance.now() - last.current < REFRESH_MS) return;
        last.current = performance.now();
        void queries.invalidateQueries({ queryKey: reportQuery(id).queryKey });
        void queries.invalidateQueries({ queryKey: campaignQuery(id).queryKey });
      },
      [id, queries],
    ),
  );
}
