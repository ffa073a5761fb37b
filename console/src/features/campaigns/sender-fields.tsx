/** Sender and reply address, with the state of the sender's domain. */
import { Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PlaceLink } from '../../parts/links/links';
import { parseSender, senderDomain, writeSender } from './model';
import { domainsQuery } from './queries';
import type { DraftState } from './use-draft';

const ICON = { flexShrink: 0, marginTop: 3 };

export function SenderFields({ state }: { state: DraftState }) {
  const { t } = useTranslation('campaigns');
  const { content } = state.draft;
  // Typed apart, kept as one text: what is typed stays until the text changes from elsewhere.
  const [typed, setTyped] = useState(() => parseSender(content.from));
  useEffect(() => {
    setTyped((old) => (writeSender(old) === content.from ? old : parseSender(content.from)));
  }, [content.from]);
  const change = (part: Partial<typeof typed>) => {
    const next = { ...typed, ...part };
    setTyped(next);
    state.setContent({ from: writeSender(next) });
  };
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput
          label={t('content.senderName')}
          value={typed.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        <TextInput
          label={t('content.senderEmail')}
          type="email"
          placeholder="news@shop.example"
          value={typed.email}
          onChange={(event) => change({ email: event.currentTarget.value })}
        />
      </SimpleGrid>
      <DomainNote domain={senderDomain(content.from)} />
      <TextInput
        label={t('content.replyTo')}
        description={t('content.replyToHelp')}
        type="email"
        value={content.reply_to ?? ''}
        onChange={(event) => state.setContent({ reply_to: event.currentTarget.value.trim() || null })}
      />
    </Stack>
  );
}

function DomainNote({ domain }: { domain: string }) {
  const { t } = useTranslation('campaigns');
  const { data } = useQuery(domainsQuery());
  if (domain === '' || data === undefined) return null;
  const own = data.items.find((one) => one.domain === domain);
  const good = own?.verified === true;
  return (
    <Group gap={6} wrap="nowrap" align="flex-start" role="status">
      {good ? (
        <IconCircleCheck size={16} color="var(--sp-good)" style={ICON} aria-hidden />
      ) : (
        <IconInfoCircle size={16} style={ICON} aria-hidden />
      )}
      <Text fz="sm" c={good ? 'var(--sp-good)' : 'dimmed'}>
        {good && t('content.domainGood', { domain })}
        {own !== undefined && !good && t('content.domainOpen', { domain })}
        {own === undefined && t('content.domainNone', { domain })}{' '}
        {!good &&
          (own === undefined ? (
            <PlaceLink to="/domains" params={{}} search={{ add: true }} fz="sm" underline="always">
              {t('content.addDomain')}
            </PlaceLink>
          ) : (
            <PlaceLink to="/domains/$domain" params={{ domain: own.id }} fz="sm" underline="always">
              {t('content.showRecords')}
            </PlaceLink>
          ))}
      </Text>
    </Group>
  );
}
