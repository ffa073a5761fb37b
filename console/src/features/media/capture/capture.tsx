/**
 * Photos, videos and sound from the device (P-033 to P-035). Each permission is asked for by itself, just before
 * it is needed and after an explanation; a refusal leads to uploading a file instead and costs nothing else.
 */
import { Button, Card, Container, Group, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { IconArrowLeft, IconUpload } from '@tabler/icons-react';
import { createLazyRoute } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AskDialog } from '../../../parts/device-permissions/ask-dialog';
import { usePermission } from '../../../parts/device-permissions/use-permission';
import { UploadPanel } from '../../../parts/media-picker/upload';
import { PhotoStage } from './photo-stage';
import { RecorderStage } from './recorder-stage';
import { SaveTaken } from './save-taken';
import { type CaptureKind, type Refusal, useDevice } from './use-device';

export const route = createLazyRoute('/capture')({ component: Capture });

function Capture() {
  const { t } = useTranslation('media');
  const { store, kind = 'photo' } = route.useSearch();
  const navigate = route.useNavigate();
  useEffect(() => {
    document.title = `${t('capture.title')} · SmartPush`;
  }, [t]);
  const kinds = (['photo', 'video', 'sound'] as const).map((value) => ({
    value,
    label: t(`capture.kind.${value}`),
  }));
  return (
    <Container component="main" size="sm" py="xl">
      <Stack>
        <Group>
          <Button
            component="a"
            href={`/console/s/${store}/media`}
            variant="subtle"
            size="compact-sm"
            leftSection={<IconArrowLeft size={16} aria-hidden />}
          >
            {t('capture.back')}
          </Button>
        </Group>
        <Title order={1}>{t('capture.title')}</Title>
        <Text c="dimmed">{t('capture.text')}</Text>
        <SegmentedControl
          aria-label={t('capture.what')}
          data={kinds}
          value={kind}
          onChange={(next) => void navigate({ search: (now) => ({ ...now, kind: next as CaptureKind }) })}
        />
        <Station key={kind} kind={kind} />
      </Stack>
    </Container>
  );
}

/** One kind: not begun, running, taken, refused. */
function Station({ kind }: { kind: CaptureKind }) {
  const { t } = useTranslation('media');
  const permission = usePermission();
  const device = useDevice(kind, permission);
  const [taken, setTaken] = useState<File>();
  const finish = (file: File) => {
    device.stop();
    setTaken(file);
  };
  if (taken !== undefined)
    return <SaveTaken file={taken} permission={permission} onAgain={() => setTaken(undefined)} />;
  return (
    <>
      {device.refusal !== undefined && (
        <Refused kind={kind} refusal={device.refusal} onRetry={() => void device.start()} />
      )}
      {device.refusal === undefined && device.stream === undefined && (
        <Card withBorder>
          <Stack align="flex-start">
            <Text>{t(`capture.begin.${kind}`)}</Text>
            <Button loading={device.starting} onClick={() => void device.start()}>
              {t(`capture.start.${kind}`)}
            </Button>
          </Stack>
        </Card>
      )}
      {device.stream !== undefined && kind === 'photo' && (
        <PhotoStage stream={device.stream} onTaken={finish} />
      )}
      {device.stream !== undefined && kind !== 'photo' && (
        <RecorderStage stream={device.stream} kind={kind} onTaken={finish} />
      )}
      <AskDialog {...permission.dialog} />
    </>
  );
}

function Refused({ kind, refusal, onRetry }: { kind: CaptureKind; refusal: Refusal; onRetry: () => void }) {
  const { t } = useTranslation('media');
  return (
    <Card withBorder>
      <Stack>
        <Title order={2} fz="md">
          {t(`capture.refused.${refusal}`)}
        </Title>
        <Text fz="sm">{t('capture.instead')}</Text>
        <Group>
          <IconUpload size={18} aria-hidden />
          <Text fz="sm" fw={600}>
            {t('upload.open')}
          </Text>
        </Group>
        <UploadPanel images={kind === 'photo'} onUploaded={() => {}} />
        <Button variant="subtle" onClick={onRetry} style={{ alignSelf: 'flex-start' }}>
          {t('common:retry')}
        </Button>
      </Stack>
    </Card>
  );
}
