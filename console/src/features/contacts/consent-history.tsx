/** Every entry of a contact's consent ledger, newest first. */
import { Card, Group, Stack, Text } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { EmptyState, Loaded } from '../../ui/states';
import { Moment } from '../../ui/time';
import { Proof } from './proof';
import { type Contact, consentQuery } from './queries';

export function ConsentHistory({ contact }: { contact: Contact }) {
  const { t } = useTranslation(['contacts', 'consent']);
  const query = useQuery(consentQuery(contact.id));
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState
            icon={<IconShieldCheck aria-hidden />}
            title={t('contacts:consent.none')}
            text={t('contacts:consent.noneText')}
          />
        ) : (
          <Stack>
            {items.map((entry) => (
              <Card withBorder key={`${entry.channel}-${entry.change}-${entry.at}`} padding="sm">
                <Group justify="space-between" mb={4}>
                  <Text fz="sm" fw={600}>
                    {t(`consent:channel.${entry.channel}`)}: {t(`contacts:change.${entry.change}`)}
                  </Text>
                  <Text fz="sm" c="dimmed">
                    <Moment at={entry.at} />
                  </Text>
                </Group>
                <Proof entry={entry} />
              </Card>
            ))}
          </Stack>
        )
      }
    </Loaded>
  );
}
