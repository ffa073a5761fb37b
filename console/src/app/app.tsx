/** Everything around the screens: theme, direction, dialogs, toasts, queries, routes. */
import { DirectionProvider, MantineProvider, useDirection } from '@mantine/core';
import { DatesProvider } from '@mantine/dates';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { whenBuildSeen, whenLoggedOut } from '../api/client';
import { directionOf } from '../lib/i18n';
import { queryClient } from '../lib/query-client';
import { sessionQuery } from '../lib/session';
import { HintLayer } from '../ui/hint';
import { theme } from '../ui/theme';
import { NewBuild } from './new-build';
import { router } from './router';
import 'dayjs/locale/zh-cn';
import 'dayjs/locale/zh-tw';

const nonce = () => document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

whenLoggedOut(() => {
  if (queryClient.getQueryData(sessionQuery.queryKey) === null) return;
  queryClient.setQueryData(sessionQuery.queryKey, null);
  void router.navigate({ to: '/login', search: { next: router.state.location.href } });
});

/** Turns the page round for languages written from right to left. */
function Direction() {
  const { i18n } = useTranslation();
  const { setDirection } = useDirection();
  useEffect(() => setDirection(directionOf(i18n.language)), [i18n.language, setDirection]);
  return null;
}

export function App() {
  const { i18n } = useTranslation();
  const [builds, setBuilds] = useState<string[]>([]);
  useEffect(
    () => whenBuildSeen((build) => setBuilds((seen) => (seen.includes(build) ? seen : [...seen, build]))),
    [],
  );
  return (
    <DirectionProvider>
      <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={nonce}>
        <Direction />
        <DatesProvider settings={{ locale: i18n.language.toLowerCase() }}>
          <QueryClientProvider client={queryClient}>
            <ModalsProvider>
              <Notifications position="bottom-right" zIndex={2000} containerWidth={400} />
              <HintLayer />
              <RouterProvider router={router} />
              {builds.length > 1 && <NewBuild />}
            </ModalsProvider>
          </QueryClientProvider>
        </DatesProvider>
      </MantineProvider>
    </DirectionProvider>
  );
}
