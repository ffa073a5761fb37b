/** Looks at what was taken, says what it shows and perhaps where it was, and puts it into the library. */
import { Alert, Button, Card, Checkbox, Group, Progress, Stack, Text, TextInput } from '@mantine/core';
import { IconMapPin } from '@tabler/icons-react';
import { type FormEvent, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../../api/problem';
import { AskDialog } from '../../../parts/device-permissions/ask-dialog';
import type { PermissionAsker } from '../../../parts/device-permissions/use-permission';
import { type Media, type Place, uploadMedia } from '../../../parts/media-picker/queries';
import { useStatement } from '../../../parts/media-picker/upload';
import { useProblemText } from '../../../ui/problem-text';

const LOCATE_MS = 15_000;

export function SaveTaken({
  file,
  permission,
  onAgain,
}: {
  file: File;
  permission: PermissionAsker;
  onAgain: () => void;
}) {
  const { t } = useTranslation('media');
  const words = useProblemText();
  const statement = useStatement();
  const [name, setName] = useState(file.name);
  const [alt, setAlt] = useState('');
  const [stated, setStated] = useState(false);
  const [place, setPlace] = useState<Place>();
  const [share, setShare] = useState<number>();
  const [error, setError] = useState<string>();
  const [made, setMade] = useState<Media>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!stated) return setError(t('upload.stateFirst'));
    setError(undefined);
    setShare(0);
    try {
      const fields = {
        attestation: statement.version,
        name,
        alt,
        captured_at: new Date(file.lastModified).toISOString(),
        keep_place: place !== undefined,
        place,
      };
      setMade(await uploadMedia(file, fields, setShare));
    } catch (failure) {
      const problem = problemOf(failure);
      setError(problem.errors?.[0]?.detail ?? words(problem));
    } finally {
      setShare(undefined);
    }
  };
  if (made !== undefined) {
    return (
      <Alert color="teal" title={t('upload.done', { name: made.name })} role="status">
        <Button onClick={onAgain}>{t('capture.another')}</Button>
      </Alert>
    );
  }
  return (
    <Card withBorder>
      <form onSubmit={submit}>
        <Stack>
          <Taken file={file} />
          <TextInput
            label={t('item.name')}
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label={t('item.alt')}
            description={t('item.altHelp')}
            maxLength={1000}
            value={alt}
            onChange={(event) => setAlt(event.currentTarget.value)}
          />
          <Where permission={permission} place={place} onPlace={setPlace} />
          <Checkbox
            checked={stated}
            label={statement.text}
            onChange={(event) => setStated(event.currentTarget.checked)}
          />
          {error !== undefined && (
            <Text c="var(--mantine-color-error)" fz="sm" role="alert">
              {error}
            </Text>
          )}
          {share !== undefined && (
            <Progress value={share * 100} aria-label={t('upload.progress', { name })} />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onAgain}>
              {t('capture.again')}
            </Button>
            <Button type="submit" loading={share !== undefined}>
              {t('capture.save')}
            </Button>
          </Group>
        </Stack>
      </form>
      <AskDialog {...permission.dialog} />
    </Card>
  );
}

function Taken({ file }: { file: File }) {
  const { t } = useTranslation('media');
  const address = useMemo(() => URL.createObjectURL(file), [file]);
  useEffect(() => () => URL.revokeObjectURL(address), [address]);
  if (file.type.startsWith('image/'))
    return <img src={address} alt={t('capture.taken')} style={{ width: '100%', borderRadius: 8 }} />;
  if (file.type.startsWith('video/')) {
    // biome-ignore lint/a11y/useMediaCaption: it was recorded a moment ago
    return <video src={address} controls style={{ width: '100%', borderRadius: 8 }} />;
  }
  // biome-ignore lint/a11y/useMediaCaption: see above
  return <audio src={address} controls style={{ width: '100%' }} />;
}

function Where({
  permission,
  place,
  onPlace,
}: {
  permission: PermissionAsker;
  place: Place | undefined;
  onPlace: (place: Place | undefined) => void;
}) {
  const { t } = useTranslation('media');
  const [note, setNote] = useState<string>();
  const [busy, setBusy] = useState(false);
  const locate = async () => {
    setNote(undefined);
    if (!(await permission.ask('location'))) return setNote(t('where.refused'));
    setBusy(true);
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude, accuracy } }) => {
        setBusy(false);
        onPlace({ latitude, longitude, accuracy, source: 'device' });
      },
      ({ code, PERMISSION_DENIED }) => {
        setBusy(false);
        if (code === PERMISSION_DENIED) void permission.record('location', false).catch(() => undefined);
        setNote(t(code === PERMISSION_DENIED ? 'where.refused' : 'where.unknown'));
      },
      { timeout: LOCATE_MS },
    );
  };
  return (
    <Group>
      {place === undefined ? (
        <Button
          size="xs"
          variant="default"
          loading={busy}
          leftSection={<IconMapPin size={16} aria-hidden />}
          onClick={() => void locate()}
        >
          {t('where.add')}
        </Button>
      ) : (
        <>
          <Text fz="sm">
            {t('where.place', { latitude: place.latitude.toFixed(4), longitude: place.longitude.toFixed(4) })}
          </Text>
          <Button size="compact-xs" variant="subtle" onClick={() => onPlace(undefined)}>
            {t('where.forgetPlace')}
          </Button>
        </>
      )}
      {note !== undefined && (
        <Text fz="sm" c="dimmed" role="status">
          {note}
        </Text>
      )}
    </Group>
  );
}
