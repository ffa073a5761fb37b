/** When and where something was made (P-032): shown, and each can be taken away. A place can be typed in. */
import { Button, Card, Group, NumberInput, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changeMedia, type Media, mediaKey } from '../../parts/media-picker/queries';
import { Moment } from '../../ui/time';
import { toastDone, toastFailed } from '../../ui/toasts';

export function WhenAndWhere({ media }: { media: Media }) {
  const { t } = useTranslation('media');
  const queries = useQueryClient();
  const put = async (changes: Parameters<typeof changeMedia>[1]) => {
    try {
      await changeMedia(media.id, changes);
      await queries.invalidateQueries({ queryKey: mediaKey });
      toastDone(t('item.saved'));
    } catch (error) {
      toastFailed(error);
    }
  };
  return (
    <Card withBorder>
      <Stack gap="sm">
        <Title order={3} fz="sm">
          {t('where.title')}
        </Title>
        <Group justify="space-between">
          <Text fz="sm">
            {t('where.captured')} <Moment at={media.captured_at} absolute />
          </Text>
          {media.captured_at != null && (
            <Button size="compact-xs" variant="subtle" onClick={() => void put({ captured_at: null })}>
              {t('where.forgetTime')}
            </Button>
          )}
        </Group>
        {media.place == null ? (
          <PlaceForm onPut={(place) => void put({ place })} />
        ) : (
          <PlaceShown media={media} onForget={() => void put({ place: null })} />
        )}
      </Stack>
    </Card>
  );
}

function PlaceShown({ media, onForget }: { media: Media; onForget: () => void }) {
  const { t } = useTranslation('media');
  const { place } = media;
  if (place == null) return null;
  return (
    <Group justify="space-between">
      <Text fz="sm">
        {t('where.place', { latitude: place.latitude.toFixed(4), longitude: place.longitude.toFixed(4) })} ·{' '}
        {t(`where.source.${place.source}`)}
      </Text>
      <Button size="compact-xs" variant="subtle" onClick={onForget}>
        {t('where.forgetPlace')}
      </Button>
    </Group>
  );
}

function PlaceForm({
  onPut,
}: {
  onPut: (place: { latitude: number; longitude: number; source: 'manual' }) => void;
}) {
  const { t } = useTranslation('media');
  const [latitude, setLatitude] = useState<number | string>('');
  const [longitude, setLongitude] = useState<number | string>('');
  const whole = typeof latitude === 'number' && typeof longitude === 'number';
  return (
    <Group align="end" gap="xs">
      <NumberInput
        size="xs"
        w={120}
        hideControls
        label={t('where.latitude')}
        min={-90}
        max={90}
        value={latitude}
        onChange={setLatitude}
      />
      <NumberInput
        size="xs"
        w={120}
        hideControls
        label={t('where.longitude')}
        min={-180}
        max={180}
        value={longitude}
        onChange={setLongitude}
      />
      <Button
        size="xs"
        variant="default"
        disabled={!whole}
        onClick={() => whole && onPut({ latitude, longitude, source: 'manual' })}
      >
        {t('where.set')}
      </Button>
    </Group>
  );
}
