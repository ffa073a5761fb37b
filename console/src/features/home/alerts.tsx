/** What is wrong in the store, worst first, each with the place where it can be mended. */
import { Alert, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { intlLanguage } from '../../lib/i18n';
import { PlaceAnchor } from '../../ui/place-link';
import { alertPlace } from './places';
import type { Home } from './queries';

const COLORS = { error: 'red', warning: 'yellow', info: 'indigo' } as const;

export function Alerts({ alerts }: { alerts: Home['alerts'] }) {
  const { t } = useTranslation('home');
  if (alerts.length === 0) return null;
  return (
    <Stack gap="xs" component="section" aria-label={t('alerts.label')}>
      {alerts.map((alert) => (
        <AlertLine key={`${alert.code} ${alert.object ?? ''}`} alert={alert} />
      ))}
    </Stack>
  );
}

function AlertLine({ alert }: { alert: Home['alerts'][number] }) {
  const { t, i18n } = useTranslation('home');
  const place = alertPlace(alert);
  // The server's sentence is more specific, but English.
  const key = `alert.${alert.code}`;
  const words =
    intlLanguage() === 'en' || !i18n.exists(`home:${key}`)
      ? alert.message
      : t(key, { name: alert.name ?? '' });
  const Icon = alert.level === 'info' ? IconInfoCircle : IconAlertTriangle;
  return (
    <Alert color={COLORS[alert.level]} icon={<Icon aria-hidden />} py="xs">
      <Group justify="space-between">
        <Text fz="sm">
          <Text span fw={600} inherit>
            {t(`level.${alert.level}`)}
          </Text>{' '}
          {words}
        </Text>
        {place !== undefined && (
          <PlaceAnchor place={place} fz="sm" fw={500}>
            {t('alerts.look')}
          </PlaceAnchor>
        )}
      </Group>
    </Alert>
  );
}
