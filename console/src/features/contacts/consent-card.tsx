/** Consent of a contact, channel by channel: what she said, since when, and what proves it. */
import { Button, Card, Collapse, Divider, Group, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { modals } from '@mantine/modals';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { CHANNEL_ICONS, CHANNELS, type Channel, ChannelChip, sinceOf } from '../../parts/contact-bits';
import { Moment } from '../../ui/time';
import { ConsentForm } from './consent-form';
import { Proof } from './proof';
import { type ConsentEntry, type Contact, consentQuery } from './queries';

export function ConsentCard({ contact }: { contact: Contact }) {
  const { t } = useTranslation('contacts');
  const history = useQuery(consentQuery(contact.id)).data?.items ?? [];
  return (
    <Card withBorder>
      <Title order={2} mb="xs">
        {t('column.channels')}
      </Title>
      <Stack gap="xs">
        {CHANNELS.map((channel, n) => (
          <Stack key={channel} gap="xs">
            {n > 0 && <Divider />}
            <ChannelLine
              contact={contact}
              channel={channel}
              last={history.find((e) => e.channel === channel)}
            />
          </Stack>
        ))}
      </Stack>
    </Card>
  );
}

function ChannelLine(props: { contact: Contact; channel: Channel; last: ConsentEntry | undefined }) {
  const { contact, channel, last } = props;
  const { t } = useTranslation(['contacts', 'consent']);
  const [open, { toggle }] = useDisclosure(false);
  const state = contact.channels[channel];
  const since = sinceOf(state);
  const Icon = CHANNEL_ICONS[channel];
  const name = t(`consent:channel.${channel}`);
  const change = () => {
    const id: string = modals.open({
      title: t('contacts:consent.title', { channel: name }),
      size: 'lg',
      children: <ConsentForm contact={contact} channel={channel} onEnd={() => modals.close(id)} />,
    });
  };
  return (
    <>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Stack gap={2}>
          <Group gap={6}>
            <Icon size={16} aria-hidden />
            <Text fz="sm" fw={500}>
              {name}
            </Text>
            <ChannelChip channel={channel} state={state} withIcon={false} />
          </Group>
          {since && (
            <Text fz="xs" c="dimmed">
              {t('contacts:consent.since')} <Moment at={since} absolute />
            </Text>
          )}
        </Stack>
        <Group gap={4} wrap="nowrap">
          {last !== undefined && (
            <Button size="compact-xs" variant="subtle" onClick={toggle} aria-expanded={open}>
              {t('contacts:consent.showProof')}
            </Button>
          )}
          <Button
            size="compact-xs"
            variant="default"
            onClick={change}
            aria-label={t('contacts:consent.changeOf', { channel: name })}
          >
            {t('contacts:consent.change')}
          </Button>
        </Group>
      </Group>
      {last !== undefined && (
        <Collapse expanded={open}>
          <Proof entry={last} />
        </Collapse>
      )}
    </>
  );
}
