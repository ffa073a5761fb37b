/** Why this contact got a campaign, or did not: one decision each, and the question about any campaign. */
import { Card, Group, Select, Stack, Text } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client';
import { outcomeTone, useDecisionWords } from '../../parts/campaign-words/decisions';
import { PlaceLink } from '../../parts/links/links';
import { selectText } from '../../ui/select-text';
import { ShowMore } from '../../ui/show-more';
import { EmptyState, Failed, Loaded } from '../../ui/states';
import { Status } from '../../ui/status';
import { Moment } from '../../ui/time';
import {
  type CampaignDecision,
  type Contact,
  campaignsQuery,
  decisionQuery,
  decisionsQuery,
} from './queries';

export function Decisions({ contact }: { contact: Contact }) {
  const { t } = useTranslation('contacts');
  const query = useInfiniteQuery(decisionsQuery(contact.id));
  const all = query.data?.pages.flatMap((page) => page.items);
  return (
    <Stack>
      <AskOne contact={contact} />
      <Loaded query={{ ...query, data: all }}>
        {(list) =>
          list.length === 0 ? (
            <EmptyState
              icon={<IconSend aria-hidden />}
              title={t('decision.empty')}
              text={t('decision.emptyText')}
            />
          ) : (
            <Stack gap="sm">
              {list.map((decision) => (
                <Line key={decision.campaign} decision={decision} />
              ))}
              <ShowMore query={query} />
            </Stack>
          )
        }
      </Loaded>
    </Stack>
  );
}

function Line({ decision }: { decision: CampaignDecision }) {
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <PlaceLink fz="sm" fw={600} to="/campaigns/$campaign" params={{ campaign: decision.campaign }}>
          {decision.name}
        </PlaceLink>
        <Text fz="xs" c="dimmed">
          <Moment at={decision.at ?? decision.launched_at} />
        </Text>
      </Group>
      <Answer decision={decision} />
    </Card>
  );
}

function Answer({ decision }: { decision: Schema<'Decision'> }) {
  const { t } = useTranslation('contacts');
  const words = useDecisionWords();
  return (
    <Group gap="xs" mt={4} align="baseline">
      <Status tone={outcomeTone(decision.outcome)} label={words.outcome(decision.outcome)} />
      <Text fz="sm">{words.sentence(decision)}</Text>
      {decision.code && (
        <Text fz="xs" c="dimmed">
          {t('decision.code', { code: decision.code })}
        </Text>
      )}
    </Group>
  );
}

/** "Why did she, or did she not, get this one?" */
function AskOne({ contact }: { contact: Contact }) {
  const { t } = useTranslation('contacts');
  const [campaign, setCampaign] = useState<string | null>(null);
  const campaigns = useQuery(campaignsQuery()).data?.items ?? [];
  const query = useQuery({
    ...decisionQuery(campaign ?? '', contact.id),
    enabled: campaign !== null,
    retry: false,
  });
  return (
    <Card withBorder padding="sm">
      <Select
        label={t('decision.ask')}
        placeholder={t('decision.choose')}
        data={campaigns.map((c) => ({ value: c.id as string, label: c.name }))}
        value={campaign}
        onChange={setCampaign}
        searchable
        selectFirstOptionOnChange
        {...selectText}
        clearable
        clearButtonProps={{ 'aria-label': t('clearField', { name: t('decision.ask') }) }}
        limit={100}
        nothingFoundMessage={t('decision.noCampaign')}
      />
      <div role="status">
        {query.data !== undefined && campaign !== null && <Answer decision={query.data} />}
        {query.error !== null && campaign !== null && <Failed error={query.error} />}
      </div>
    </Card>
  );
}
