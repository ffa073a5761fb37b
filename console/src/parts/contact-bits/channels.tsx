/** The state of each channel of a contact as chips; the word stands in the chip, the details in its tooltip. */
import { Badge, Group, type MantineColor } from '@mantine/core';
import { IconBell, IconMail, IconMessage } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client';
import { dateTime } from '../../lib/format';
import { hint } from '../../ui/hint';

export type Channel = Schema<'Channel'>;
export type ChannelState = Schema<'ChannelState'>;
type State = Schema<'ChannelOut'>;

export const CHANNELS: Channel[] = ['email', 'sms', 'push'];
export const CHANNEL_ICONS = { email: IconMail, sms: IconMessage, push: IconBell };

/** The one word for a channel: the strongest flag, else what the contact said. */
export function stateOf(channel: State): Exclude<ChannelState, 'sendable'> {
  if (channel.complained_at) return 'complained';
  if (channel.suppressed_at) return 'suppressed';
  if (channel.bounced_at) return 'bounced';
  return channel.status;
}

/** When that state began. */
export function sinceOf(channel: State): string | null | undefined {
  return channel.complained_at ?? channel.suppressed_at ?? channel.bounced_at ?? channel.status_at;
}

const COLORS: Record<Exclude<ChannelState, 'sendable'>, MantineColor> = {
  subscribed: 'teal',
  unsubscribed: 'gray',
  never_subscribed: 'gray',
  bounced: 'red',
  complained: 'red',
  suppressed: 'red',
};
const TONES = { teal: 'good', gray: 'neutral', red: 'bad' } as Record<string, string>;

/** A chip for one channel, such as `✉ Subscribed`. */
export function ChannelChip(props: { channel: Channel; state: State; withIcon?: boolean }) {
  const { channel, state, withIcon = true } = props;
  const { t } = useTranslation('consent');
  const word = stateOf(state);
  const since = sinceOf(state);
  const Icon = CHANNEL_ICONS[channel];
  const color = COLORS[word];
  const name = t(`channel.${channel}`);
  const label = since
    ? t('chip.since', { channel: name, state: t(`state.${word}`), time: dateTime(since) })
    : t('chip.plain', { channel: name, state: t(`state.${word}`) });
  return (
    <Badge
      color={color}
      className="sp-status"
      data-tone={TONES[color]}
      leftSection={withIcon ? <Icon size={12} role="img" aria-label={name} /> : undefined}
      {...hint(label)}
    >
      {t(`state.${word}`)}
    </Badge>
  );
}

/** Chips of the channels that the contact ever answered or that have a flag; e-mail always. */
export function ChannelChips({ channels }: { channels: Schema<'ChannelsOut'> }) {
  const shown = CHANNELS.filter((c) => c === 'email' || stateOf(channels[c]) !== 'never_subscribed');
  return (
    <Group gap={4} wrap="nowrap">
      {shown.map((channel) => (
        <ChannelChip key={channel} channel={channel} state={channels[channel]} />
      ))}
    </Group>
  );
}
