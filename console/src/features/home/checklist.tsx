/** What a new store still needs. The server finds out what is done; items turn green by themselves. */
import { Card, CloseButton, Group, Progress, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconCheck, IconCircleDashed } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { PlaceButton } from '../../ui/place-link';
import { toastFailed, toastUndo } from '../../ui/toasts';
import { SETUP_PLACES } from './places';
import { dismissSetup, type Setup, setupQuery } from './queries';

export function Checklist() {
  const { t } = useTranslation('home');
  const queries = useQueryClient();
  const { data } = useQuery(setupQuery());
  if (data === undefined || data.dismissed || data.done === data.total) return null;
  const dismiss = async (dismissed: boolean) => {
    try {
      queries.setQueryData(setupQuery().queryKey, await dismissSetup(dismissed));
      if (dismissed) toastUndo(t('setup.dismissed'), () => void dismiss(false));
    } catch (error) {
      toastFailed(error);
    }
  };
  return (
    <Card withBorder component="section" aria-label={t('setup.title')}>
      <Group justify="space-between" mb={4}>
        <Title order={2}>{t('setup.title')}</Title>
        <Group gap="xs">
          <Text fz="sm" c="dimmed">
            {t('setup.progress', { done: data.done, total: data.total })}
          </Text>
          <CloseButton aria-label={t('setup.dismiss')} onClick={() => void dismiss(true)} />
        </Group>
      </Group>
      <Progress value={(100 * data.done) / data.total} size="sm" mb="sm" aria-label={t('setup.title')} />
      <Stack gap={0}>
        {data.items.map((item) => (
          <Item key={item.key} item={item} />
        ))}
      </Stack>
    </Card>
  );
}

function Item({ item }: { item: Setup['items'][number] }) {
  const { t } = useTranslation('home');
  return (
    <Group py={6} wrap="nowrap" justify="space-between">
      <Group wrap="nowrap" gap="sm">
        <ThemeIcon size={24} radius="xl" variant="light" color={item.done ? 'teal' : 'gray'}>
          {item.done ? (
            <IconCheck size={14} role="img" aria-label={t('setup.done')} />
          ) : (
            <IconCircleDashed size={14} role="img" aria-label={t('setup.open')} />
          )}
        </ThemeIcon>
        <div>
          <Text fz="sm" fw={500} c={item.done ? 'dimmed' : undefined}>
            {t(`setup.item.${item.key}.title`)}
          </Text>
          {!item.done && (
            <Text fz="xs" c="dimmed">
              {t(`setup.item.${item.key}.why`)}
            </Text>
          )}
        </div>
      </Group>
      {!item.done && (
        <PlaceButton place={SETUP_PLACES[item.key]} size="compact-sm" variant="light">
          {t(`setup.item.${item.key}.action`)}
        </PlaceButton>
      )}
    </Group>
  );
}
