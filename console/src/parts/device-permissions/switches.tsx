/** The four permissions, each granted and taken back by itself (P-035). */
import { Stack, Switch, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Loaded } from '../../ui/states';
import { Moment } from '../../ui/time';
import { toastFailed } from '../../ui/toasts';
import { type Permission, permissionsQuery, setPermission } from './queries';

export function DevicePermissions() {
  const { t } = useTranslation('devicePermissions');
  const queries = useQueryClient();
  const query = useQuery(permissionsQuery());
  const put = async (permission: Permission, granted: boolean) => {
    try {
      await setPermission(permission, granted);
      await queries.invalidateQueries({ queryKey: permissionsQuery().queryKey });
    } catch (error) {
      toastFailed(error);
    }
  };
  return (
    <Loaded query={query}>
      {({ items }) => (
        <Stack gap="md">
          <Text fz="sm" c="dimmed">
            {t('text')}
          </Text>
          {items.map(({ permission, granted, changed_at }) => (
            <Stack key={permission} gap={2}>
              <Switch
                label={t(`name.${permission}`)}
                description={t(`for.${permission}`)}
                checked={granted === true}
                onChange={(event) => void put(permission, event.currentTarget.checked)}
              />
              {changed_at != null && (
                <Text fz="xs" c="dimmed" ms={52}>
                  {t(granted === true ? 'since' : 'off')} <Moment at={changed_at} />
                </Text>
              )}
            </Stack>
          ))}
        </Stack>
      )}
    </Loaded>
  );
}
