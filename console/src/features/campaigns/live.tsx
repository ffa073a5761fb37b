/** A launched or scheduled campaign: how far it is, live, and what can be done with it. */
import { Alert, Button, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconChartBar, IconMailbox } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clock, dateTime, number, ownTime, share } from '../../lib/format';
import { type CampaignNews, useNews } from '../../lib/stream';
import { CampaignStatus } from '../../parts/campaign-words/state';
import { useGo } from '../../parts/links/links';
import { Figure } from '../../ui/figure';
import { Page } from '../../ui/page';
import { Loaded } from '../../ui/states';
import { Moment } from '../../ui/time';
import { CampaignMenu } from './campaign-menu';
import { LiveControls } from './live-controls';
import { secondsLeft, settled } from './model';
import { type Campaign, campaignQuery, reportQuery, type Sums } from './queries';
import { SumBar } from './sum-bar';

export const route = createLazyRoute('/s/$store/campaigns/$campaign')({ component: LiveScreen });

const REPORT_MS = 2_000;

function LiveScreen() {
  const { t } = useTranslation('campaigns');
  const { campaign: id } = route.useParams();
  const query = useQuery(campaignQuery(id));
  const campaign = query.data;
  const rate = useLive(id);
  const go = useGo();
  return (
    <Page
      title={campaign?.name ?? t('title')}
      badge={campaign && <CampaignStatus state={campaign.state} />}
      crumbs={[
        { label: t('title'), to: '/s/$store/campaigns' as '/s/$store/home', params: route.useParams() },
      ]}
      actions={
        campaign && (
          <>
            {campaign.launched_at && (
              <Button
                variant="default"
                leftSection={<IconChartBar size={16} aria-hidden />}
                onClick={() => go('/campaigns/$campaign/report', { campaign: id })}
              >
                {t('menu.report')}
              </Button>
            )}
            <LiveControls campaign={campaign} />
            <CampaignMenu campaign={campaign} withOpen={false} />
          </>
        )
      }
    >
      <Loaded query={query}>
        {(data) => {
          if (data.state === 'draft') return <Unlaunched campaign={data} />;
          if (data.state === 'scheduled') return <Scheduled campaign={data} />;
          return data.launched_at ? <Running campaign={data} rate={rate} /> : <Unlaunched campaign={data} />;
        }}
      </Loaded>
    </Page>
  );
}

function Unlaunched({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('campaigns');
  const go = useGo();
  return (
    <Alert color="indigo" title={t('live.draftTitle')}>
      <Stack align="flex-start" gap="sm">
        <Text fz="sm">{t('live.draftText')}</Text>
        {campaign.can.includes('edit') && (
          <Button onClick={() => go('/campaigns/$campaign/edit', { campaign: campaign.id })}>
            {t('menu.edit')}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

function Scheduled({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('campaigns');
  const at = campaign.scheduled_at;
  const own = at ? ownTime(at) : undefined;
  return (
    <Card withBorder>
      <Stack gap="xs">
        <Title order={2}>{t('live.scheduled')}</Title>
        <Text fz={22} fw={600}>
          {dateTime(at)}
        </Text>
        {own !== undefined && (
          <Text fz="sm" c="dimmed">
            {t('common:yourTime', { time: own })}
          </Text>
        )}
        <Text fz="sm" c="dimmed">
          {t('live.scheduledText')} <Moment at={at} />
        </Text>
      </Stack>
    </Card>
  );
}

/** The rate, from the news of the stream; nothing is asked for by a timer. */
function useLive(id: string): number | undefined {
  const queries = useQueryClient();
  const [rate, setRate] = useState<number>();
  const asked = useRef(0);
  useNews(
    'campaign',
    useCallback(
      (news: CampaignNews) => {
        if (news.id !== id) return;
        setRate(news.per_second);
        const known = queries.getQueryData<Campaign>(campaignQuery(id).queryKey);
        const moved = known !== undefined && known.state !== news.state;
        // What may be done with it goes by its state: the whole campaign is asked for again.
        if (moved) void queries.invalidateQueries({ queryKey: campaignQuery(id).queryKey });
        const report = reportQuery(id).queryKey;
        if (news.sums) {
          const { sums } = news;
          queries.setQueryData(
            report,
            (old: { sums: Sums } | undefined) => (old ? { ...old, sums } : old) as never,
          );
        }
        if (performance.now() - asked.current < REPORT_MS && !moved) return;
        asked.current = performance.now();
        void queries.invalidateQueries({ queryKey: report });
      },
      [id, queries],
    ),
  );
  return rate;
}

/** The report may tell of the end before the stream does: then the state is asked for as well. */
function useEnd(campaign: Campaign, finishedAt: string | null | undefined): void {
  const queries = useQueryClient();
  const isBehind = campaign.state === 'running' && Boolean(finishedAt);
  useEffect(() => {
    if (isBehind) void queries.invalidateQueries({ queryKey: campaignQuery(campaign.id).queryKey });
  }, [isBehind, queries, campaign.id]);
}

function Running({ campaign, rate }: { campaign: Campaign; rate: number | undefined }) {
  const { t } = useTranslation('campaigns');
  const query = useQuery({ ...reportQuery(campaign.id), staleTime: 0 });
  const go = useGo();
  useEnd(campaign, query.data?.finished_at);
  const isSending = campaign.state === 'running' || campaign.state === 'paused';
  return (
    <Loaded query={query}>
      {(report) => (
        <Stack gap="lg">
          <Card withBorder>
            <Stack>
              <Progress campaign={campaign} sums={report.sums} rate={rate} finishedAt={report.finished_at} />
              <SumBar sums={report.sums} campaign={campaign.id} />
            </Stack>
          </Card>
          <SimpleGrid cols={{ base: 2, md: 4 }}>
            <Figure
              label={t('live.opened')}
              value={report.opened.people}
              note={share(report.opened.people, report.sums.accepted)}
              help={t('live.openedHelp')}
            />
            <Figure
              label={t('live.clicked')}
              value={report.clicked.people}
              note={share(report.clicked.people, report.sums.accepted)}
            />
            <Figure label={t('live.unsubscribed')} value={report.unsubscribed.people} />
            <Figure label={t('live.bounced')} value={report.bounced.people} />
          </SimpleGrid>
          {report.sums.unknown > 0 && (
            <Alert
              color="yellow"
              title={t('live.unknownTitle', {
                count: report.sums.unknown,
                shown: number(report.sums.unknown),
              })}
            >
              {t('live.unknownText')}
            </Alert>
          )}
          <Group>
            {!isSending && (
              <Button
                leftSection={<IconChartBar size={16} aria-hidden />}
                onClick={() => go('/campaigns/$campaign/report', { campaign: campaign.id })}
              >
                {t('live.toReport')}
              </Button>
            )}
            <Button
              variant="default"
              leftSection={<IconMailbox size={16} aria-hidden />}
              onClick={() => go('/sandbox', {}, { campaign: campaign.id })}
            >
              {t('live.toSandbox')}
            </Button>
          </Group>
        </Stack>
      )}
    </Loaded>
  );
}

function Progress(props: {
  campaign: Campaign;
  sums: Sums;
  rate: number | undefined;
  finishedAt: string | null | undefined;
}) {
  const { campaign, sums, rate, finishedAt } = props;
  const { t } = useTranslation('campaigns');
  const left = rate === undefined ? undefined : secondsLeft(sums, rate);
  const throttle = campaign.settings.throttle_per_second ?? 0;
  return (
    <Group justify="space-between" align="flex-end">
      <div>
        <Title order={2}>{t('live.progress')}</Title>
        <Text fz={30} fw={700} style={{ fontVariantNumeric: 'tabular-nums' }}>
          {share(settled(sums), sums.audience)}
        </Text>
        <Text fz="sm" c="dimmed" role="status">
          {t('live.settled', { done: number(settled(sums)), total: number(sums.audience) })}
        </Text>
      </div>
      <Stack gap={2} align="flex-end">
        {campaign.state === 'running' && rate !== undefined && (
          <Text fz="sm">{t('live.rate', { count: Math.round(rate), shown: number(Math.round(rate)) })}</Text>
        )}
        {campaign.state === 'running' && left !== undefined && (
          <Text fz="sm">{t('live.left', { time: clock(left) })}</Text>
        )}
        {throttle > 0 && (
          <Text fz="sm" c="dimmed">
            {t('live.throttle', { count: throttle, shown: number(throttle) })}
          </Text>
        )}
        <Text fz="sm" c="dimmed">
          {t('live.launched')} <Moment at={campaign.launched_at} />
        </Text>
        {finishedAt && (
          <Text fz="sm" c="dimmed">
            {t('live.finished')} <Moment at={finishedAt} />
          </Text>
        )}
      </Stack>
    </Group>
  );
}
