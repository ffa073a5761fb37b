/** The first step of an import: a file, dropped or chosen, and how much of it is uploaded. */
import { Alert, Button, Card, Group, Progress, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { bytes, share } from '../../lib/format';
import { refresh } from '../../lib/query-client';
import { Page } from '../../ui/page';
import { useProblemText } from '../../ui/problem-text';
import { FILE_MAX, uploadFile } from './queries';

export const route = createLazyRoute('/s/$store/imports/new')({ component: NewImport });

const TYPES = '.csv,.tsv,.txt,.xlsx,text/csv,text/tab-separated-values';

function NewImport() {
  const { t } = useTranslation('imports');
  const { store } = route.useParams();
  return (
    <Page
      title={t('new')}
      description={t('newText')}
      crumbs={[{ label: t('title'), to: '/s/$store/imports', params: { store } }]}
    >
      <Stack maw={760}>
        <Upload />
        <Alert color="gray" title={t('hint.title')}>
          {t('hint.text')}
        </Alert>
      </Stack>
    </Page>
  );
}

/** Uploads one file at a time and goes on to its columns. */
function useUpload() {
  const { t } = useTranslation('imports');
  const words = useProblemText();
  const queries = useQueryClient();
  const navigate = route.useNavigate();
  const { store } = route.useParams();
  const [sent, setSent] = useState<{ file: File; part: number }>();
  const [refusal, setRefusal] = useState<string>();
  const stop = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => stop.current?.abort(), []);
  const begin = async (file: File) => {
    setRefusal(undefined);
    if (file.size === 0) return setRefusal(t('upload.emptyFile'));
    if (file.size > FILE_MAX) return setRefusal(t('upload.tooLarge', { most: bytes(FILE_MAX) }));
    const control = new AbortController();
    stop.current = control;
    setSent({ file, part: 0 });
    try {
      const look = await uploadFile(file, {
        signal: control.signal,
        onProgress: (part) => setSent({ file, part }),
      });
      queries.setQueryData(['import-look', look.import.id], look);
      void refresh('/api/v1/imports');
      await navigate({ to: '/s/$store/imports/$import', params: { store, import: look.import.id } });
    } catch (error) {
      setSent(undefined);
      if (!control.signal.aborted) setRefusal(words(problemOf(error)));
    }
  };
  return { sent, refusal, begin, cancel: () => stop.current?.abort() };
}

function Upload() {
  const { t } = useTranslation('imports');
  const { sent, refusal, begin, cancel } = useUpload();
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file !== undefined && sent === undefined) void begin(file);
  };
  return (
    <Card
      withBorder
      p="xl"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      style={{
        borderStyle: 'dashed',
        borderWidth: 2,
        borderColor: over ? 'var(--mantine-primary-color-filled)' : undefined,
      }}
    >
      <Stack align="center" gap="sm" py="lg">
        <ThemeIcon size={56} radius="xl" variant="light">
          <IconFileImport aria-hidden />
        </ThemeIcon>
        <Title order={2}>{t(over ? 'upload.drop' : 'upload.title')}</Title>
        <Text fz="sm" c="dimmed" ta="center">
          {t('upload.text')}
        </Text>
        {sent === undefined ? (
          <Button onClick={() => input.current?.click()}>{t('upload.choose')}</Button>
        ) : (
          <Sending name={sent.file.name} size={sent.file.size} part={sent.part} onCancel={cancel} />
        )}
        <input
          ref={input}
          type="file"
          accept={TYPES}
          aria-label={t('upload.choose')}
          tabIndex={-1}
          style={{ display: 'none' }}
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? [];
            event.currentTarget.value = '';
            if (file !== undefined) void begin(file);
          }}
        />
        {refusal !== undefined && (
          <Alert color="red" role="alert" w="100%" title={t('upload.refused')}>
            {refusal}
          </Alert>
        )}
      </Stack>
    </Card>
  );
}

function Sending(props: { name: string; size: number; part: number; onCancel: () => void }) {
  const { t } = useTranslation('imports');
  const { name, size, part, onCancel } = props;
  return (
    <Stack gap="xs" w="100%" maw={420}>
      <Group justify="space-between" wrap="nowrap">
        <Text fz="sm" truncate>
          {name} ({bytes(size)})
        </Text>
        <Text fz="sm" c="dimmed" role="status">
          {part < 1 ? share(part, 1) : t('upload.reading')}
        </Text>
      </Group>
      <Progress value={100 * part} animated={part >= 1} aria-label={t('upload.progress')} />
      <Button variant="default" size="compact-sm" onClick={onCancel} style={{ alignSelf: 'center' }}>
        {t('cancel')}
      </Button>
    </Stack>
  );
}
