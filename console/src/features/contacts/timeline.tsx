/** All that happened with a contact, newest first, day by day of the store's time zone; it grows while one looks. */
import { Group, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { useThrottledCallback } from '@mantine/hooks';
import {
  IconActivity,
  IconAlertTriangle,
  IconClick,
  IconHistory,
  IconMailOpened,
  IconMailX,
  IconMoodSad,
  IconSend,
  IconShieldCheck,
} from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { day } from '../../lib/format';
import { refresh } from '../../lib/query-client';
import { useNews } from '../../lib/stream';
import { useDecisionWords } from '../../parts/campaign-words/decisions';
import { PlaceLink } from '../../parts/links/links';
import { ShowMore } from '../../ui/show-more';
import { EmptyState, Loaded } from '../../ui/states';
import { Moment } from '../../ui/time';
import { type Contact, type TimelineEntry, timelineQuery } from './queries';

/** A timeline is asked for again at most this often. */
const AGAIN_AFTER_MS = 2_000;

type Told<What> = Extract<TimelineEntry, { what: What }>;

const MESSAGE_ICONS: Record<string, typeof IconHistory> = {
  'message.opened': IconMailOpened,
  'message.clicked': IconClick,
  'message.bounced': IconMailX,
  'message.complained': IconMoodSad,
  'message.unsubscribed': IconAlertTriangle,
};

function iconOf(entry: TimelineEntry): typeof IconHistory {
  switch (entry.what) {
    case 'consent':
      return IconShieldCheck;
    case 'decision':
      return IconSend;
    case 'visit':
      return IconActivity;
    default:
      return MESSAGE_ICONS[entry.kind] ?? IconHistory;
  }
}

/** Entries in their order, put together by day. */
function byDay<T extends { at: string }>(entries: T[]): { day: string; entries: T[] }[] {
  const days: { day: string; entries: T[] }[] = [];
  for (const entry of entries) {
    const name = day(entry.at);
    const last = days[days.length - 1];
    if (last?.day === name) last.entries.push(entry);
    else days.push({ day: name, entries: [entry] });
  }
  return days;
}

export function Timeline({ contact }: { contact: Contact }) {
  const { t } = useTranslation('contacts');
  const query = useInfiniteQuery(timelineQuery(contact.id));
  // A busy shop has news of somebody all the time; every page that is shown is asked for again.
  const again = useThrottledCallback(
    () => void refresh(`/api/v1/contacts/${contact.id}/timeline`),
    AGAIN_AFTER_MS,
  );
  useNews('log', again);
  const entries = query.data?.pages.flatMap((page) => page.items);
  return (
    <Loaded query={{ ...query, data: entries }}>
      {(list) =>
        list.length === 0 ? (
          <EmptyState
            icon={<IconHistory aria-hidden />}
            title={t('timeline.empty')}
            text={t('timeline.emptyText')}
          />
        ) : (
          <Stack gap="lg">
            {byDay(list).map((group) => (
              <Stack key={group.entries[0]?.key} gap="xs">
                <Title order={3} c="dimmed">
                  {group.day}
                </Title>
                {group.entries.map((entry) => (
                  <Line key={entry.key} entry={entry} />
                ))}
              </Stack>
            ))}
            <ShowMore query={query} />
          </Stack>
        )
      }
    </Loaded>
  );
}

function Line({ entry }: { entry: TimelineEntry }) {
  const Icon = iconOf(entry);
  return (
    <Group gap="sm" wrap="nowrap">
      <ThemeIcon variant="light" color="gray" radius="xl" size={32}>
        <Icon size={16} aria-hidden />
      </ThemeIcon>
      <Text fz="sm" flex={1} component="div">
        <What entry={entry} />
      </Text>
      <Text fz="xs" c="dimmed" component="div">
        <Moment at={entry.at} />
      </Text>
    </Group>
  );
}

function What({ entry }: { entry: TimelineEntry }): ReactNode {
  switch (entry.what) {
    case 'consent':
      return <Consent entry={entry} />;
    case 'decision':
      return <Decided entry={entry} />;
    case 'visit':
      return <Visit entry={entry} />;
    default:
      return <Message entry={entry} />;
  }
}

function Consent({ entry }: { entry: Told<'consent'> }) {
  const { t } = useTranslation(['contacts', 'consent']);
  const { channel, change, source } = entry;
  const said = t('contacts:event.consent', {
    channel: t(`consent:channel.${channel}`),
    change: t(`contacts:change.${change as 'subscribed'}`),
  });
  const from = t(`contacts:source.${source}`);
  return (
    <>
      {said}{' '}
      {entry.import ? (
        <PlaceLink fz="sm" underline="always" to="/imports/$import" params={{ import: entry.import }}>
          {from}
        </PlaceLink>
      ) : (
        <Text span c="dimmed" fz="sm">
          {from}
        </Text>
      )}
    </>
  );
}

function Decided({ entry }: { entry: Told<'decision'> }) {
  const words = useDecisionWords();
  const { campaign, outcome, reason, sentence } = entry;
  return (
    <>
      {words.outcome(outcome)}: <CampaignLink campaign={campaign} />
      {outcome !== 'accepted' && (
        <Text fz="xs" c="dimmed">
          {words.sentence({ outcome, reason: reason ?? null, sentence })}
        </Text>
      )}
    </>
  );
}

function Message({ entry }: { entry: Told<'message'> }) {
  const { t, i18n } = useTranslation('contacts');
  const key = `event.${entry.kind.replaceAll('.', '_')}`;
  const text = i18n.exists(`contacts:${key}`) ? t(key as 'event.message_opened') : entry.kind;
  return (
    <>
      {text} {entry.campaign && <CampaignLink campaign={entry.campaign} />}
    </>
  );
}

function Visit({ entry }: { entry: Told<'visit'> }) {
  const { t } = useTranslation('events');
  const kind = t(`kind.${entry.kind}`);
  return (
    <>
      {entry.name || kind}{' '}
      {entry.name !== '' && (
        <Text span c="dimmed" fz="xs">
          {kind}
        </Text>
      )}
    </>
  );
}

function CampaignLink({ campaign }: { campaign: { id: string; name: string } }) {
  return (
    <PlaceLink fz="sm" underline="always" to="/campaigns/$campaign" params={{ campaign: campaign.id }}>
      {campaign.name}
    </PlaceLink>
  );
}
