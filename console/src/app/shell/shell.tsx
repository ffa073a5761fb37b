/** The frame of a store's screens: navigation on the left, store, search, jobs and person on top. */
import {
  ActionIcon,
  AppShell,
  Box,
  Burger,
  Button,
  Group,
  Kbd,
  NavLink,
  ScrollArea,
  Text,
  Tooltip,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconHelp, IconSearch } from '@tabler/icons-react';
import { Link, Outlet, useNavigate, useParams, useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { JobTray } from '../../features/jobs/tray';
import { useShortcuts } from '../../lib/keys';
import { closeStream, openStream } from '../../lib/stream';
import { ConnectionNote } from './connection-note';
import { KeysSheet } from './keys-sheet';
import { NAVIGATION, type Place } from './navigation';
import { openPalette, Palette } from './palette';
import { PersonMenu } from './person-menu';
import { StoreMenu } from './store-menu';

export function Shell() {
  const { t } = useTranslation();
  const [open, { toggle, close }] = useDisclosure(false);
  const [help, setHelp] = useState(false);
  const { store } = useParams({ from: '/s/$store' });
  useEffect(() => {
    openStream(store);
    return closeStream;
  }, [store]);
  useGoShortcuts(store, () => setHelp(true));
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 232, breakpoint: 'md', collapsed: { mobile: !open } }}
      padding="lg"
    >
      <a className="sp-skip" href="#content">
        {t('skip')}
      </a>
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap" gap="xs">
          <Group wrap="nowrap" gap={4}>
            <Burger hiddenFrom="md" size="sm" opened={open} onClick={toggle} aria-label={t('nav.toggle')} />
            <StoreMenu />
          </Group>
          <SearchButton />
          <Group wrap="nowrap" gap={4}>
            <JobTray />
            <Tooltip label={t('keys.title')}>
              <ActionIcon size="lg" onClick={() => setHelp(true)} aria-label={t('keys.title')}>
                <IconHelp size={20} aria-hidden />
              </ActionIcon>
            </Tooltip>
            <PersonMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar aria-label={t('nav.label')}>
        <ScrollArea p="sm">
          {NAVIGATION.map((group) => (
            <Box key={group.key} mb="sm">
              {group.places.length > 1 && (
                <Text fz="xs" fw={600} c="dimmed" px="sm" py={4}>
                  {t(group.key)}
                </Text>
              )}
              {group.places.map((place) => (
                <PlaceLink key={place.to} place={place} store={store} onGo={close} />
              ))}
            </Box>
          ))}
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <ConnectionNote />
        <Box maw={1440} mx="auto">
          <Outlet />
        </Box>
      </AppShell.Main>
      <Palette />
      <KeysSheet opened={help} onClose={() => setHelp(false)} />
    </AppShell>
  );
}

function PlaceLink({ place, store, onGo }: { place: Place; store: string; onGo: () => void }) {
  const { t } = useTranslation();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const here = `/s/${store}${place.to}`;
  const active = path === here || path.startsWith(`${here}/`);
  return (
    <NavLink
      active={active}
      aria-current={active ? 'page' : undefined}
      label={t(place.key)}
      leftSection={<place.icon size={18} stroke={1.6} aria-hidden />}
      onClick={onGo}
      style={{ borderRadius: 8 }}
      renderRoot={(props) => (
        <Link to={`/s/$store${place.to}` as '/s/$store/home'} params={{ store }} {...props} />
      )}
    />
  );
}

function SearchButton() {
  const { t } = useTranslation();
  return (
    <>
      <Button
        visibleFrom="sm"
        variant="default"
        size="sm"
        w={320}
        c="dimmed"
        fw={400}
        styles={{ inner: { justifyContent: 'flex-start' }, label: { flex: 1, textAlign: 'start' } }}
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={<Kbd size="xs">{isMac() ? '⌘K' : 'Ctrl K'}</Kbd>}
        onClick={openPalette}
      >
        {t('palette.open')}
      </Button>
      <ActionIcon hiddenFrom="sm" size="lg" onClick={openPalette} aria-label={t('palette.open')}>
        <IconSearch size={20} aria-hidden />
      </ActionIcon>
    </>
  );
}

function isMac(): boolean {
  return navigator.userAgent.includes('Mac');
}

function useGoShortcuts(store: string, onHelp: () => void): void {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const places = NAVIGATION.flatMap((group) => group.places).filter((place) => place.go !== undefined);
  useShortcuts([
    { keys: '?', label: t('keys.help'), action: onHelp },
    ...places.map((place) => ({
      keys: `g ${place.go}`,
      label: t('keys.go', { place: t(place.key) }),
      action: () => void navigate({ to: `/s/$store${place.to}` as '/s/$store/home', params: { store } }),
    })),
  ]);
}
