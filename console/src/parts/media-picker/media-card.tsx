/** An item of the library as a card to press. */
import { Stack, Text, UnstyledButton } from '@mantine/core';
import { IconFileText, IconMusic, IconPhoto, IconVideo } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { bytes } from '../../lib/format';
import type { Media } from './queries';
import './media.css';

const ICONS = { image: IconPhoto, video: IconVideo, audio: IconMusic, text: IconFileText } as const;

export function MediaPicture({ media }: { media: Media }) {
  const Icon = ICONS[media.kind];
  const small = media.thumbnail_url ?? (media.kind === 'image' ? media.url : null);
  return (
    <span className="sp-media-picture">
      {small == null ? (
        <Icon size={36} stroke={1.3} aria-hidden />
      ) : (
        <img src={small} alt={media.alt} loading="lazy" />
      )}
    </span>
  );
}

export function MediaCard({ media, onOpen }: { media: Media; onOpen: () => void }) {
  const { t } = useTranslation('media');
  return (
    <UnstyledButton className="sp-media-card" onClick={onOpen}>
      <MediaPicture media={media} />
      <Stack gap={0} p={8}>
        <Text fz="sm" truncate>
          {media.name}
        </Text>
        <Text fz="xs" c="dimmed">
          {mediaFacts(media)}
        </Text>
        {media.url == null && (
          <Text fz="xs" c="var(--sp-warning)">
            {t('personal.short')}
          </Text>
        )}
      </Stack>
    </UnstyledButton>
  );
}

/** `1200 × 800 · 240 kB`. */
export function mediaFacts({ width, height, bytes: size }: Media): string {
  return width != null && height != null ? `${width} × ${height} · ${bytes(size)}` : bytes(size);
}
