/** One's own account: where one is logged in, the password, and the policies one agreed to. */
import { Card, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { DevicePermissions } from '../../parts/device-permissions/switches';
import { Page } from '../../ui/page';
import { Loaded } from '../../ui/states';
import { Moment } from '../../ui/time';
import { PasswordForm } from './password-form';
import { acceptancesQuery, meQuery } from './queries';
import { SessionList } from './session-list';

export const route = createLazyRoute('/s/$store/account')({ component: Account });

function Account() {
  const { t } = useTranslation('account');
  const me = useQuery(meQuery());
  return (
    <Page
      title={t('title')}
      description={me.data === undefined ? undefined : t('loggedInAs', { email: me.data.email })}
    >
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <Card withBorder>
          <Title order={2} mb="md">
            {t('sessions.title')}
          </Title>
          <SessionList />
        </Card>
        <Stack gap="lg">
          <Card withBorder>
            <Title order={2} mb="md">
              {t('password.title')}
            </Title>
            <PasswordForm />
          </Card>
          <Card withBorder>
            <Title order={2} mb="md">
              {t('devicePermissions:title')}
            </Title>
            <DevicePermissions />
          </Card>
          <Card withBorder>
            <Title order={2} mb="md">
              {t('policy.title')}
            </Title>
            <Acceptances />
          </Card>
        </Stack>
      </SimpleGrid>
    </Page>
  );
}

function Acceptances() {
  const { t } = useTranslation('account');
  const query = useQuery(acceptancesQuery());
  return (
    <Loaded query={query}>
      {({ items }) => (
        <Stack gap="xs">
          {items.map((one) => (
            <Text key={one.version} fz="sm">
              {t('policy.accepted', { version: one.version })} <Moment at={one.accepted_at} absolute />
            </Text>
          ))}
        </Stack>
      )}
    </Loaded>
  );
}
