/** Where one is logged in; each log-in but the present one can be ended. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client';
import { Loaded } from '../../ui/states';
import { Status } from '../../ui/status';
import { Moment } from '../../ui/time';
import { toastDone, toastFailed } from '../../ui/toasts';
import { browserName } from './browser-name';
import { endSession, sessionsQuery } from './queries';

export function SessionList() {
  const query = useQuery(sessionsQuery());
  return (
    <Loaded query={query}>
      {({ items }) => (
        <Stack gap="md">
          {items.map((session) => (
            <SessionLine key={session.id} session={session} />
          ))}
        </Stack>
      )}
    </Loaded>
  );
}

function SessionLine({ session }: { session: Schema<'OwnSessionOut'> }) {
  const { t } = useTranslation('account');
  const queries = useQueryClient();
  const end = async () => {
    try {
      await endSession(session.id);
      toastDone(t('sessions.ended'));
      await queries.invalidateQueries({ queryKey: sessionsQuery().queryKey });
    } catch (error) {
      toastFailed(error);
    }
  };
  return (
    <Group justify="space-between" wrap="nowrap" align="flex-start">
      <div>
        <Group gap="xs">
          <Text fz="sm" fw={500}>
            {browserName(session.browser) ?? t('sessions.unknownBrowser')}
          </Text>
          {session.current && <Status tone="good" label={t('sessions.current')} />}
        </Group>
        <Text fz="xs" c="dimmed">
          {t('sessions.from', { ip: session.ip })} · {t('sessions.seen')} <Moment at={session.seen_at} />
        </Text>
      </div>
      {!session.current && (
        <Button size="compact-sm" variant="default" onClick={() => void end()}>
          {t('sessions.end')}
        </Button>
      )}
    </Group>
  );
}
