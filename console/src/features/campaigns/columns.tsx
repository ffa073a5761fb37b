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
    const figure = (id: string, show: (summary: NonNullable<Brief['summary']>) => string): Column<Brief> => ({
      id,
      header: t(`column.${id}`),
      align: 'end',
      cell: ({ summary }) => (
        <Text fz="sm" style={{ fontVariantNumeric: 'tabular-nums' }}>
          {summary ? show(summary) : '—'}
        </Text>
      ),
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
      figure('delivered', ({ sums }) => number(sums.accepted)),
      figure('opens', ({ sums, opened }) => share(opened, sums.accepted)),
      figure('clicks', ({ sums, clicked }) => share(clicked, sums.accepted)),
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
