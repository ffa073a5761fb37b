/** DKIM keys of a domain, and a new pair of them. */
import { Button, Card, Group, Table, Text, Title } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask } from '../../ui/confirm';
import { Status, type Tone } from '../../ui/status';
import { Moment } from '../../ui/time';
import { toastDone, toastFailed } from '../../ui/toasts';
import { type Domain, domainQuery, rotateKeys } from './queries';

const TONES: Record<Domain['keys'][number]['state'], Tone> = {
  pending: 'warning',
  active: 'good',
  retiring: 'neutral',
};

export function KeysCard({ domain }: { domain: Domain }) {
  const { t } = useTranslation('domains');
  const queries = useQueryClient();
  const rotate = async () => {
    try {
      queries.setQueryData(domainQuery(domain.id).queryKey, await rotateKeys(domain.id));
      toastDone(t('keys.rotated'));
    } catch (error) {
      toastFailed(error);
    }
  };
  const askFirst = () =>
    ask({
      title: t('keys.askTitle'),
      text: t('keys.askText'),
      action: t('keys.rotate'),
      onConfirm: () => void rotate(),
    });
  return (
    <Card withBorder component="section" aria-label={t('keys.title')}>
      <Group justify="space-between" mb="xs">
        <div>
          <Title order={2}>{t('keys.title')}</Title>
          <Text fz="sm" c="dimmed">
            {t('keys.text')}
          </Text>
        </div>
        <Button variant="default" leftSection={<IconKey size={16} aria-hidden />} onClick={askFirst}>
          {t('keys.rotate')}
        </Button>
      </Group>
      <Table.ScrollContainer minWidth={520}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('keys.selector')}</Table.Th>
              <Table.Th>{t('keys.algorithm')}</Table.Th>
              <Table.Th>{t('keys.state')}</Table.Th>
              <Table.Th>{t('keys.made')}</Table.Th>
              <Table.Th>{t('keys.retires')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {domain.keys.map((key) => (
              <Table.Tr key={key.selector}>
                <Table.Td ff="monospace">{key.selector}</Table.Td>
                <Table.Td>{key.algorithm === 'rsa' ? 'RSA' : 'Ed25519'}</Table.Td>
                <Table.Td>
                  <Status tone={TONES[key.state]} label={t(`keys.is.${key.state}`)} />
                </Table.Td>
                <Table.Td>
                  <Moment at={key.created_at} />
                </Table.Td>
                <Table.Td>
                  <Moment at={key.retire_at} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}
