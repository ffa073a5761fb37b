/** Takes files in: by button, by dragging them here, by pasting. Each with its progress and its error. */
import { Alert, Button, Checkbox, Group, Progress, Stack, Text } from '@mantine/core';
import { IconPhotoPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { intlLanguage } from '../../lib/i18n';
import { AskDialog } from '../device-permissions/ask-dialog';
import { usePermission } from '../device-permissions/use-permission';
import { type Media, usageQuery } from './queries';
import { type Upload, useUploads } from './use-uploads';
import './media.css';

/** What the file dialog offers; the server looks at the content whatever the name says. */
const ACCEPT =
  'image/jpeg,image/png,image/gif,image/webp,video/mp4,video/webm,audio/mpeg,audio/ogg,audio/wav,text/plain';

export interface UploadPanelProps {
  onUploaded: (media: Media) => void;
  /** Only pictures. */
  images?: boolean;
}

export function UploadPanel({ onUploaded, images = false }: UploadPanelProps) {
  const { t } = useTranslation('media');
  const [stated, setStated] = useState(false);
  const [keepPlace, setKeepPlace] = useState(false);
  const [over, setOver] = useState(false);
  const [hint, setHint] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const permission = usePermission();
  const statement = useStatement();
  const { uploads, start } = useUploads(
    { attestation: statement.version, keep_place: keepPlace },
    onUploaded,
  );
  const take = (files: Iterable<File>) => {
    const list = [...files];
    if (list.length === 0) return;
    setHint(!stated);
    if (stated) start(list);
  };
  usePasted(take);
  const choose = async () => {
    if (!stated) return setHint(true);
    if (await permission.ask('album')) input.current?.click();
  };
  const place = async (wanted: boolean) => setKeepPlace(wanted && (await permission.ask('location')));
  return (
    <Stack>
      <Checkbox
        checked={stated}
        label={statement.text}
        error={hint && !stated ? t('upload.stateFirst') : undefined}
        onChange={(event) => setStated(event.currentTarget.checked)}
      />
      <Checkbox
        checked={keepPlace}
        label={t('upload.keepPlace')}
        description={t('upload.keepPlaceHelp')}
        onChange={(event) => void place(event.currentTarget.checked)}
      />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is for the mouse; the button beside does the same */}
      <div
        className="sp-drop"
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer.files);
        }}
      >
        <IconPhotoPlus size={28} stroke={1.5} aria-hidden />
        <Text fz="sm">{t('upload.drop')}</Text>
        <Button size="xs" onClick={() => void choose()}>
          {t('upload.choose')}
        </Button>
        <Text fz="xs" c="dimmed">
          {t(images ? 'upload.limitsImages' : 'upload.limits')}
        </Text>
        <input
          ref={input}
          type="file"
          hidden
          multiple
          accept={images ? 'image/jpeg,image/png,image/gif,image/webp' : ACCEPT}
          onChange={(event) => {
            take(event.currentTarget.files ?? []);
            event.currentTarget.value = '';
          }}
        />
      </div>
      {uploads.map((upload) => (
        <UploadLine key={upload.id} upload={upload} />
      ))}
      <AskDialog {...permission.dialog} />
    </Stack>
  );
}

/** The statement that goes with every upload, in the reader's language if the console knows this version. */
export function useStatement(): { version: string; text: string } {
  const { t, i18n } = useTranslation('media');
  const { data } = useQuery({ ...usageQuery(), staleTime: 60_000 });
  const version = data?.attestation.version ?? '';
  const known = intlLanguage() !== 'en' && i18n.exists(`media:statement.${version}`);
  return { version, text: known ? t(`statement.${version}`) : (data?.attestation.text ?? '') };
}

function usePasted(take: (files: Iterable<File>) => void): void {
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    const paste = (event: ClipboardEvent) => latest.current(event.clipboardData?.files ?? []);
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, []);
}

function UploadLine({ upload }: { upload: Upload }) {
  const { t } = useTranslation('media');
  if (upload.error !== undefined) {
    return (
      <Alert color="red" title={upload.name} role="alert" py="xs">
        {upload.error}
      </Alert>
    );
  }
  const percent = Math.round(upload.share * 100);
  return (
    <Group wrap="nowrap">
      <Text fz="sm" truncate flex={1}>
        {upload.name}
      </Text>
      <Progress value={percent} w={140} aria-label={t('upload.progress', { name: upload.name })} />
      <Text fz="xs" c="dimmed" w={80} role="status">
        {upload.share >= 1 ? t('upload.checking') : `${percent} %`}
      </Text>
    </Group>
  );
}
