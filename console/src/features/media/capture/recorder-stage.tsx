/** Records video or sound, with the time that has passed. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { IconPlayerRecord, IconPlayerStop } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clock } from '../../../lib/format';

/** Longest recording, in seconds. */
const LONGEST = 600;

export function RecorderStage(props: {
  stream: MediaStream;
  kind: 'video' | 'sound';
  onTaken: (file: File) => void;
}) {
  const { stream, kind, onTaken } = props;
  const { t } = useTranslation('media');
  const video = useRef<HTMLVideoElement>(null);
  const recorder = useRef<MediaRecorder>(undefined);
  const taken = useRef(onTaken);
  taken.current = onTaken;
  const [seconds, setSeconds] = useState<number>();
  const running = seconds !== undefined;
  useEffect(() => {
    if (video.current !== null) video.current.srcObject = stream;
  }, [stream]);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setSeconds((now) => (now ?? 0) + 1), 1_000);
    return () => clearInterval(timer);
  }, [running]);
  useEffect(() => {
    if (seconds !== undefined && seconds >= LONGEST) recorder.current?.stop();
  }, [seconds]);
  const begin = () => {
    const pieces: Blob[] = [];
    const made = new MediaRecorder(stream);
    made.ondataavailable = ({ data }) => pieces.push(data);
    made.onstop = () => {
      const type = made.mimeType.split(';')[0] ?? '';
      const ending = type.split('/')[1] ?? 'webm';
      taken.current(new File(pieces, `${t(`capture.file.${kind}`)}.${ending}`, { type }));
    };
    made.start();
    recorder.current = made;
    setSeconds(0);
  };
  return (
    <Stack>
      {kind === 'video' && (
        <video
          ref={video}
          autoPlay
          muted
          playsInline
          aria-label={t('capture.live')}
          style={{ width: '100%', borderRadius: 8, background: '#000' }}
        />
      )}
      <Group justify="center">
        {running ? (
          <Button
            color="red"
            size="md"
            leftSection={<IconPlayerStop size={18} aria-hidden />}
            onClick={() => recorder.current?.stop()}
          >
            {t('capture.stop')}
          </Button>
        ) : (
          <Button size="md" leftSection={<IconPlayerRecord size={18} aria-hidden />} onClick={begin}>
            {t('capture.record')}
          </Button>
        )}
        <Text role="timer" style={{ fontVariantNumeric: 'tabular-nums' }}>
          {clock(seconds ?? 0)}
        </Text>
      </Group>
    </Stack>
  );
}
