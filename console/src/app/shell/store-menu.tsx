/** The store one works in, and the others of the account. */
import { Button, Menu, Text } from '@mantine/core';
import { IconBuildingStore, IconCheck, IconChevronDown, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { sessionQuery } from '../../lib/session';

export function StoreMenu() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { store } = useParams({ from: '/s/$store' });
  const { data: session } = useQuery(sessionQuery);
  const stores = session?.stores ?? [];
  const name = stores.find((s) => s.id === store)?.name ?? '';
  return (
    <Menu position="bottom-start" width={260}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          px="xs"
          leftSection={<IconBuildingStore size={18} aria-hidden />}
          rightSection={<IconChevronDown size={14} aria-hidden />}
          aria-label={t('store.menu', { name })}
        >
          <Text truncate maw={{ base: 96, sm: 160 }} fw={600}>
            {name}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('store.stores')}</Menu.Label>
        {stores.map((one) => (
          <Menu.Item
            key={one.id}
            rightSection={
              one.id === store ? <IconCheck size={14} aria-label={t('store.current')} /> : undefined
            }
            onClick={() => void navigate({ to: '/s/$store/home', params: { store: one.id } })}
          >
            {one.name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => void navigate({ to: '/s/$store/settings/stores/new', params: { store } })}
        >
          {t('store.new')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
