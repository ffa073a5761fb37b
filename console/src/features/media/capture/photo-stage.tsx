/** The camera's picture and the shutter. */
import { Button, Stack } from '@mantine/core';
import { IconCamera } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

const QUALITY = 0.92;

export function PhotoStage({ stream, onTaken }: { stream: MediaStream; onTaken: (file: File) => void }) {
  const { t } = useTranslation('media');
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current !== null) video.current.srcObject = stream;
  }, [stream]);
  const shoot = () => {
    const seen = video.current;
    if (seen === null || seen.videoWidth === 0) return;
    const canvas = document.createElement('canvas');
    canvas.width = seen.videoWidth;
    canvas.height = seen.videoHeight;
    canvas.getContext('2d')?.drawImage(seen, 0, 0);
    canvas.toBlob(
      (blob) =>
        blob !== null && onTaken(new File([blob], `${t('capture.file.photo')}.jpg`, { type: blob.type })),
      'image/jpeg',
      QUALITY,
    );
  };
  return (
    <Stack>
      <video
        ref={video}
        autoPlay
        muted
        playsInline
        aria-label={t('capture.live')}
        style={{ width: '100%', borderRadius: 8, background: '#000' }}
      />
      <Button
        size="md"
        leftSection={<IconCamera size={18} aria-hidden />}
        onClick={shoot}
        style={{ alignSelf: 'center' }}
      >
        {t('capture.shoot')}
      </Button>
    </Stack>
  );
}
