/** Campaigns under way, to come, to go on with, and lately finished. */
import { Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { number, share } from '../../lib/format';
import { PlaceAnchor, PlaceButton } from '../../ui/place-link';
import { EmptyState } from '../../ui/states';
import { Moment } from '../../ui/time';
import type { Brief, Home } from './queries';

export function CampaignLists({ home }: { home: Home }) {
  const { t } = useTranslation('home');
  const lists: [string, Brief[], (campaign: Brief) => ReactNode][] = [
    ['running', home.running, (c) => <Sums campaign={c} />],
    ['scheduled', home.scheduled, (c) => <Moment at={c.scheduled_at} absolute />],
    ['drafts', home.drafts, (c) => <Moment at={c.updated_at} />],
    ['recent', home.recent, (c) => <Results campaign={c} />],
  ];
  const filled = lists.filter(([, campaigns]) => campaigns.length > 0);
  if (filled.length === 0) {
    return (
      <Card withBorder>
        <EmptyState
          icon={<IconSend aria-hidden />}
          title={t('campaigns.none')}
          text={t('campaigns.noneText')}
          action={<PlaceButton place="/campaigns/new">{t('campaigns.new')}</PlaceButton>}
        />
      </Card>
    );
  }
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
      {filled.map(([key, campaigns, note]) => (
        <Card withBorder key={key}>
          <Title order={2} mb="xs">
            {t(`campaigns.${key}`)}
          </Title>
          <Stack gap="xs">
            {campaigns.map((campaign) => (
              <Group key={campaign.id} justify="space-between" wrap="nowrap">
                <PlaceAnchor place={placeOf(campaign)} fz="sm" truncate>
                  {campaign.name}
                </PlaceAnchor>
                <Text fz="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
                  {note(campaign)}
                </Text>
              </Group>
            ))}
          </Stack>
        </Card>
      ))}
    </SimpleGrid>
  );
}

function placeOf({ id, state }: Brief): string {
  return state === 'draft' ? `/campaigns/${id}/edit` : `/campaigns/${id}`;
}

function Sums({ campaign }: { campaign: Brief }) {
  const { t } = useTranslation('home');
  const sums = campaign.summary?.sums;
  if (sums === undefined) return null;
  return t('campaigns.sofar', { done: number(sums.audience - sums.open), audience: number(sums.audience) });
}

function Results({ campaign }: { campaign: Brief }) {
  const { t } = useTranslation('home');
  const { summary } = campaign;
  if (!summary) return null;
  return t('campaigns.results', {
    accepted: number(summary.sums.accepted),
    opened: share(summary.opened, summary.sums.accepted),
    clicked: share(summary.clicked, summary.sums.accepted),
  });
}
