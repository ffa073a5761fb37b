/** Columns of the list of campaigns. */
import { Box, Progress, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { dateTime, number, share } from '../../lib/format';
import { everySegmentQuery } from '../../parts/audience-pickers/queries';
import { CampaignStatus } from '../../parts/campaign-words/state';
import { PlaceLink } from '../../parts/links/links';
import type { Column } from '../../ui/data-table';
import { Moment } from '../../ui/time';
import { type Brief, momentOf } from './brief';
import { CampaignMenu } from './campaign-menu';
import { plainLiquid, settled, termsOf } from './model';
import type { Settings } from './queries';

/** `VIP customers, +2` or `Everybody`. */
export function audienceWords(
  settings: Settings,
  segmentName: (id: string) => string | undefined,
  t: TFunction,
): string {
  const { everyone, segments, tags, rules } = termsOf(settings.include);
  if (everyone) return t('audience.everyoneShort');
  const names = [
    ...segments.map((id) => segmentName(id) ?? t('audience.segment')),
    ...tags.map((tag) => t('audience.tag', { tag })),
    ...rules.map((_, n) => t('audience.rule', { number: n + 1 })),
  ];
  const [first, ...rest] = names;
  if (first === undefined) return '—';
  return rest.length === 0 ? first : t('audience.more', { first, count: rest.length });
}

export function useCampaignColumns(): Column<Brief>[] {
  const { t } = useTranslation('campaigns');
  const { data: segments } = useQuery(everySegmentQuery());
  return useMemo(() => {
    const segmentName = (id: string) => segments?.find((segment) => segment.id === id)?.name;
    const figure = (id: string, people: (summary: Summary) => number): Column<Brief> => ({
      id,
      header: t(`column.${id}`),
      align: 'end',
      cell: ({ summary }) =>
        summary ? <Rate part={people(summary)} whole={summary.sums.accepted} /> : <Text fz="sm">—</Text>,
    });
    return [
      { id: 'name', header: t('column.name'), cell: (campaign) => <Name campaign={campaign} /> },
      {
        id: 'state',
        header: t('column.state'),
        width: 150,
        cell: (campaign) => <State campaign={campaign} />,
      },
      {
        id: 'audience',
        header: t('column.audience'),
        cell: ({ settings }) => <Text fz="sm">{audienceWords(settings, segmentName, t)}</Text>,
      },
      { id: 'time', header: t('column.time'), width: 200, cell: (campaign) => <Time campaign={campaign} /> },
      {
        id: 'delivered',
        header: t('column.delivered'),
        align: 'end',
        cell: ({ summary }) => (summary ? <Delivered summary={summary} /> : <Text fz="sm">—</Text>),
      },
      figure('opens', ({ opened }) => opened),
      figure('clicks', ({ clicked }) => clicked),
      figure('unsubscribes', ({ unsubscribed }) => unsubscribed),
      {
        id: 'actions',
        header: t('common:actions'),
        hideHeader: true,
        width: 56,
        align: 'end',
        cell: (campaign) => <CampaignMenu campaign={campaign} />,
      },
    ];
  }, [t, segments]);
}

type Summary = NonNullable<Brief['summary']>;

const figures = { fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' } as const;

/** How many messages arrived, and which share of the audience that is. */
function Delivered({ summary: { sums } }: { summary: Summary }) {
  const { t } = useTranslation('campaigns');
  return (
    <>
      <Text fz="sm" style={figures}>
        {t('figure.people', { count: sums.accepted, shown: number(sums.accepted) })}
      </Text>
      <Text fz="xs" c="dimmed" style={figures}>
        {t('figure.ofAudience', { share: share(sums.accepted, sums.audience) })}
      </Text>
    </>
  );
}

/** A share of those whom a campaign reached, and how many they are. */
function Rate({ part, whole }: { part: number; whole: number }) {
  const { t } = useTranslation('campaigns');
  return (
    <>
      <Text fz="sm" style={figures}>
        {share(part, whole)}
      </Text>
      <Text fz="xs" c="dimmed" style={figures}>
        {t('figure.people', { count: part, shown: number(part) })}
      </Text>
    </>
  );
}

function Name({ campaign }: { campaign: Brief }) {
  const { t } = useTranslation('campaigns');
  const isDraft = campaign.can.includes('edit');
  return (
    <Box maw={340}>
      <PlaceLink
        to={isDraft ? '/campaigns/$campaign/edit' : '/campaigns/$campaign'}
        params={{ campaign: campaign.id }}
        fz="sm"
        fw={500}
      >
        {campaign.name}
      </PlaceLink>
      <Text fz="xs" c="dimmed" truncate>
        {plainLiquid(campaign.subject) || t('content.noSubject')}
      </Text>
    </Box>
  );
}

function State({ campaign }: { campaign: Brief }) {
  const { t } = useTranslation('campaigns');
  const sums = campaign.summary?.sums;
  const isSending = campaign.state === 'running' || campaign.state === 'paused';
  return (
    <>
      <CampaignStatus state={campaign.state} />
      {isSending && sums && sums.audience > 0 && (
        <Progress
          mt={6}
          size="sm"
          value={(100 * settled(sums)) / sums.audience}
          aria-label={t('live.settled', { done: number(settled(sums)), total: number(sums.audience) })}
        />
      )}
    </>
  );
}

function Time({ campaign }: { campaign: Brief }) {
  const { t } = useTranslation('campaigns');
  const at = momentOf(campaign);
  if (at === undefined) {
    return (
      <Text fz="xs" c="dimmed">
        {t('changed')} <Moment at={campaign.updated_at} />
      </Text>
    );
  }
  return (
    <div>
      <Text fz="sm">{dateTime(at)}</Text>
      <Text fz="xs" c="dimmed">
        <Moment at={at} />
      </Text>
    </div>
  );
}
