/** What happened with a contact, newest first, day by day of the store's time zone. */
import { Group, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import {
  IconAlertTriangle,
  IconClick,
  IconHistory,
  IconMailOpened,
  IconMailX,
  IconMoodSad,
  IconShieldCheck,
} from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { day } from '../../lib/format';
import { PlaceLink } from '../../parts/links/links';
import { ShowMore } from '../../ui/show-more';
import { EmptyState, Loaded } from '../../ui/states';
import { Moment } from '../../ui/time';
import { type Contact, type ContactEvent, campaignsQuery, eventsQuery } from './queries';

const ICONS: Record<string, typeof IconHistory> = {
  'consent.changed': IconShieldCheck,
  'message.opened': IconMailOpened,
  'message.clicked': IconClick,
  'message.bounced': IconMailX,
  'message.complained': IconMoodSad,
  'message.unsubscribed': IconAlertTriangle,
};

/** Events in their order, put together by day. */
export function byDay(events: ContactEvent[]): { day: string; events: ContactEvent[] }[] {
  const days: { day: string; events: ContactEvent[] }[] = [];
  for (const event of events) {
    const name = day(event.at);
    const last = days[days.length - 1];
    if (last?.day === name) last.events.push(event);
    else days.push({ day: name, events: [event] });
  }
  return days;
}

export function EventTimeline({ contact }: { contact: Contact }) {
  const { t } = useTranslation('contacts');
  const query = useInfiniteQuery(eventsQuery(contact.id));
  const events = query.data?.pages.flatMap((page) => page.items);
  return (
    <Loaded query={{ ...query, data: events }}>
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
              <Stack key={group.day} gap="xs">
                <Title order={3} c="dimmed">
                  {group.day}
                </Title>
                {group.events.map((event) => (
                  <EventLine key={event.seq} event={event} />
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

function useEventText(event: ContactEvent): string {
  const { t, i18n } = useTranslation(['contacts', 'consent']);
  if (event.kind === 'consent.changed' && event.channel && event.change) {
    return t('contacts:event.consent', {
      channel: t(`consent:channel.${event.channel}`),
      change: t(`contacts:change.${event.change}`),
    });
  }
  const key = `event.${event.kind.replaceAll('.', '_')}`;
  return i18n.exists(`contacts:${key}`) ? t(`contacts:${key}`) : event.kind;
}

function EventLine({ event }: { event: ContactEvent }) {
  const Icon = ICONS[event.kind] ?? IconHistory;
  const text = useEventText(event);
  return (
    <Group gap="sm" wrap="nowrap">
      <ThemeIcon variant="light" color="gray" radius="xl" size={32}>
        <Icon size={16} aria-hidden />
      </ThemeIcon>
      <Text fz="sm" flex={1}>
        {text} {event.campaign && <CampaignName id={event.campaign} />}
      </Text>
      <Text fz="xs" c="dimmed">
        <Moment at={event.at} />
      </Text>
    </Group>
  );
}

/** A campaign by name; one that is not among the newest shows its id. */
function CampaignName({ id }: { id: string }) {
  const { data } = useQuery({ ...campaignsQuery(), staleTime: 60_000 });
  const name = data?.items.find((c) => c.id === id)?.name ?? id;
  return (
    <PlaceLink fz="sm" to="/campaigns/$campaign" params={{ campaign: id }}>
      {name}
    </PlaceLink>
  );
}
