/** The person: language, colours, account, log out. */
import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import {
  IconCheck,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconSun,
  IconSunMoon,
  IconUserCircle,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { LANGUAGES, setLanguage } from '../../lib/i18n';
import { logOut, sessionQuery } from '../../lib/session';
import { toastFailed } from '../../ui/toasts';

const SCHEMES = [
  { value: 'auto', icon: IconSunMoon },
  { value: 'light', icon: IconSun },
  { value: 'dark', icon: IconMoon },
] as const;

export function PersonMenu() {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { store } = useParams({ from: '/s/$store' });
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const leave = async () => {
    try {
      await logOut();
      queries.clear();
      queries.setQueryData(sessionQuery.queryKey, null);
      await navigate({ to: '/login' });
    } catch (error) {
      toastFailed(error);
    }
  };
  const check = (is: boolean) => (is ? <IconCheck size={14} aria-label={t('chosen')} /> : undefined);
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon size="lg" aria-label={t('person.menu')}>
          <IconUserCircle size={22} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconUserCircle size={16} aria-hidden />}
          onClick={() => void navigate({ to: '/s/$store/account', params: { store } })}
        >
          {t('person.account')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('person.language')}</Menu.Label>
        {LANGUAGES.map(({ code, name }) => (
          <Menu.Item
            key={code}
            lang={code}
            leftSection={<IconLanguage size={16} aria-hidden />}
            rightSection={check(i18n.language === code)}
            onClick={() => void setLanguage(code)}
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t('person.colours')}</Menu.Label>
        {SCHEMES.map(({ value, icon: Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={16} aria-hidden />}
            rightSection={check(colorScheme === value)}
            onClick={() => setColorScheme(value)}
          >
            {t(`person.scheme.${value}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void leave()}>
          {t('person.logOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
