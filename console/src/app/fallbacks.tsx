/** What stands in for a screen that is loading, failed or does not exist. */
import { Anchor, Box, Center, Loader, Stack } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { EmptyState, Failed } from '../ui/states';

export function RoutePending() {
  const { t } = useTranslation();
  return (
    <Center py={96} role="status" aria-label={t('loading')}>
      <Loader type="dots" />
    </Center>
  );
}

export function RouteFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <Box p="lg" maw={720}>
      <Failed error={error} onRetry={retry} />
    </Box>
  );
}

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Stack component="main">
      <EmptyState
        icon={<IconMapQuestion aria-hidden />}
        title={t('notFound.title')}
        text={t('notFound.text')}
        action={<Anchor renderRoot={(props) => <Link to="/" {...props} />}>{t('notFound.home')}</Anchor>}
      />
    </Stack>
  );
}
