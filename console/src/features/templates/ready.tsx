/** The ready templates: look, and begin with one. */
import { Button, Card, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { intlLanguage } from '../../lib/i18n';
import { EmailThumbnail } from '../../parts/email-thumbnail/thumbnail';
import { FilteredEmpty, Loaded } from '../../ui/states';
import { toastFailed } from '../../ui/toasts';
import { createTemplate, type ReadyTemplate, readyQuery, renderReady } from './queries';
import './templates.css';

export function ReadyTemplates({ search }: { search: string }) {
  const { store } = useParams({ from: '/s/$store' });
  const navigate = useNavigate();
  const words = useReadyWords();
  const query = useQuery({ ...readyQuery(), staleTime: Number.POSITIVE_INFINITY });
  const wanted = search.trim().toLowerCase();
  return (
    <Loaded query={query}>
      {({ items }) => {
        const found = items.filter((ready) =>
          Object.values(words(ready)).some((text) => text.toLowerCase().includes(wanted)),
        );
        if (found.length === 0) {
          const clear = () =>
            void navigate({ to: '/s/$store/templates', params: { store }, search: { tab: 'ready' } });
          return <FilteredEmpty onClear={clear} />;
        }
        return (
          <SimpleGrid cols={{ base: 1, xs: 2, md: 3, lg: 4 }}>
            {found.map((ready) => (
              <ReadyCard key={ready.key} ready={ready} {...words(ready)} />
            ))}
          </SimpleGrid>
        );
      }}
    </Loaded>
  );
}

/** Name and purpose in the reader's language; the server's for those the console has no words for. */
function useReadyWords(): (ready: ReadyTemplate) => { name: string; description: string } {
  const { t, i18n } = useTranslation('templates');
  return ({ key, name, description }) => {
    if (intlLanguage() === 'en' || !i18n.exists(`templates:ready.${key}.name`)) return { name, description };
    return { name: t(`ready.${key}.name`), description: t(`ready.${key}.description`) };
  };
}

function ReadyCard({
  ready,
  name,
  description,
}: {
  ready: ReadyTemplate;
  name: string;
  description: string;
}) {
  const { t } = useTranslation('templates');
  const { store } = useParams({ from: '/s/$store' });
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const begin = async () => {
    setBusy(true);
    try {
      const template = await createTemplate({ name, ready: ready.key });
      await navigate({ to: '/s/$store/templates/$template/edit', params: { store, template } });
    } catch (error) {
      toastFailed(error);
      setBusy(false);
    }
  };
  return (
    <Card withBorder className="sp-template-card" component="article" aria-label={name}>
      <EmailThumbnail
        of={['ready', ready.key]}
        render={() => renderReady(ready.key)}
        title={t('thumbnail.of', { name })}
      />
      <Stack p="sm" gap="xs" justify="space-between" flex={1}>
        <Stack gap={2}>
          <Text fw={600} fz="sm">
            {name}
          </Text>
          <Text fz="xs" c="dimmed">
            {description}
          </Text>
        </Stack>
        <Group>
          <Button size="xs" variant="light" loading={busy} onClick={() => void begin()}>
            {t('begin')}
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}
