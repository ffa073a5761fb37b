/** What is measured, parameters for the shop's own analytics, and which relay carries the mail. */
import { Card, Select, SimpleGrid, Stack, Switch, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { storeQuery } from '../../lib/session';
import { relaysQuery } from './queries';
import type { DraftState } from './use-draft';

const UTM = ['source', 'medium', 'campaign', 'term', 'content'] as const;

export function DeliveryFields({ state }: { state: DraftState }) {
  return (
    <>
      <Tracking state={state} />
      <Relay state={state} />
    </>
  );
}

function Tracking({ state }: { state: DraftState }) {
  const { t } = useTranslation('campaigns');
  const { data: store } = useQuery(storeQuery());
  const { settings = {} } = state.draft;
  const track = { opens: settings.track?.opens ?? true, clicks: settings.track?.clicks ?? true };
  const utm = settings.utm ?? {};
  const setUtm = (key: (typeof UTM)[number], value: string) => {
    const next = { ...utm, [key]: value.trim() === '' ? null : value };
    const isEmpty = UTM.every((one) => !next[one]);
    state.setSettings({ utm: isEmpty ? null : next });
  };
  return (
    <Card withBorder>
      <Stack>
        <Title order={2}>{t('tracking.title')}</Title>
        {(['opens', 'clicks'] as const).map((what) => {
          const off = store?.settings[`track_${what}`] === false;
          return (
            <Switch
              key={what}
              label={t(`tracking.${what}`)}
              description={off ? t('tracking.offInStore') : t(`tracking.${what}Help`)}
              disabled={off}
              checked={!off && track[what]}
              onChange={(event) =>
                state.setSettings({ track: { ...track, [what]: event.currentTarget.checked } })
              }
            />
          );
        })}
        <div>
          <Text fz="sm" fw={500}>
            {t('utm.title')}
          </Text>
          <Text fz="xs" c="dimmed">
            {t('utm.help')}
          </Text>
        </div>
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          {UTM.map((key) => (
            <TextInput
              key={key}
              label={`utm_${key}`}
              value={utm[key] ?? ''}
              maxLength={200}
              onChange={(event) => setUtm(key, event.currentTarget.value)}
            />
          ))}
        </SimpleGrid>
      </Stack>
    </Card>
  );
}

function Relay({ state }: { state: DraftState }) {
  const { t } = useTranslation('campaigns');
  const { data } = useQuery(relaysQuery());
  const relays = data?.items ?? [];
  const preferred = relays.find((relay) => relay.preferred);
  const chosen = relays.find((relay) => relay.id === state.draft.settings?.relay) ?? preferred;
  return (
    <Card withBorder>
      <Stack gap="sm">
        <Title order={2}>{t('relay.title')}</Title>
        <Select
          label={t('relay.label')}
          description={chosen?.kind === 'sandbox' ? t('relay.sandbox') : t('relay.help')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          w={{ base: '100%', sm: 360 }}
          data={[
            { value: '', label: t('relay.preferred', { name: preferred?.name ?? '…' }) },
            ...relays.map(({ id, name }) => ({ value: id as string, label: name })),
          ]}
          value={state.draft.settings?.relay ?? ''}
          allowDeselect={false}
          onChange={(value) => state.setSettings({ relay: value || null })}
        />
      </Stack>
    </Card>
  );
}
