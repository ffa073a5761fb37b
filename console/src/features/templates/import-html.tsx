/** Takes over HTML written for Klaviyo, SmartPush or Shopify Email, and says what became of its tags. */
import {
  Alert,
  Button,
  Card,
  Code,
  FileButton,
  Group,
  SimpleGrid,
  Stack,
  Table,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconUpload } from '@tabler/icons-react';
import { createLazyRoute, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { bytes } from '../../lib/format';
import { Page } from '../../ui/page';
import { useProblemText } from '../../ui/problem-text';
import { toastFailed } from '../../ui/toasts';
import { createTemplate, type Imported, importHtml } from './queries';

export const route = createLazyRoute('/s/$store/templates/import')({ component: ImportHtml });

/** Largest file, in bytes (`MAX_SOURCE_BYTES`). */
const FILE_MAX = 512 * 1024;

function ImportHtml() {
  const { t } = useTranslation('templates');
  const { store } = route.useParams();
  const words = useProblemText();
  const [html, setHtml] = useState('');
  const [name, setName] = useState('');
  const [imported, setImported] = useState<Imported>();
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const read = async (file: File | null) => {
    if (file === null) return;
    if (file.size > FILE_MAX) return setError(t('import.tooLarge', { limit: bytes(FILE_MAX) }));
    setHtml(await file.text());
    setName(file.name.replace(/\.html?$/i, ''));
    setError(undefined);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      setImported(await importHtml(html));
    } catch (failure) {
      const problem = problemOf(failure);
      setError(problem.errors?.[0]?.detail ?? words(problem));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Page
      title={t('import.title')}
      description={t('import.description')}
      crumbs={[{ label: t('title'), to: '/s/$store/templates', params: { store } }]}
    >
      {imported === undefined ? (
        <form onSubmit={submit}>
          <Stack maw={860}>
            <Group>
              <FileButton accept=".html,.htm,text/html" onChange={(file) => void read(file)}>
                {(props) => (
                  <Button variant="default" leftSection={<IconUpload size={16} aria-hidden />} {...props}>
                    {t('import.file')}
                  </Button>
                )}
              </FileButton>
              <Text fz="sm" c="dimmed">
                {t('import.orPaste')}
              </Text>
            </Group>
            <Textarea
              label={t('import.html')}
              autosize
              minRows={12}
              maxRows={24}
              value={html}
              error={error}
              styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
              onChange={(event) => setHtml(event.currentTarget.value)}
            />
            <Button
              type="submit"
              loading={busy}
              disabled={html.trim() === ''}
              style={{ alignSelf: 'flex-start' }}
            >
              {t('import.convert')}
            </Button>
          </Stack>
        </form>
      ) : (
        <Report imported={imported} name={name} onName={setName} onBack={() => setImported(undefined)} />
      )}
    </Page>
  );
}

function Report(props: {
  imported: Imported;
  name: string;
  onName: (name: string) => void;
  onBack: () => void;
}) {
  const { imported, name, onName, onBack } = props;
  const { t } = useTranslation('templates');
  const { store } = route.useParams();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const { converted, not_converted: left, source } = imported;
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      const template = await createTemplate({ name: name.trim() || t('new.name'), source });
      await navigate({ to: '/s/$store/templates/$template/edit', params: { store, template } });
    } catch (failure) {
      toastFailed(failure);
      setBusy(false);
    }
  };
  return (
    <Stack>
      <Alert
        color={left.length > 0 ? 'yellow' : 'teal'}
        icon={left.length > 0 ? <IconAlertTriangle aria-hidden /> : <IconCircleCheck aria-hidden />}
        title={left.length > 0 ? t('import.some', { count: left.length }) : t('import.all')}
      >
        {t('import.counted', { count: converted.reduce((sum, one) => sum + one.count, 0) })}
      </Alert>
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Tags
          title={t('import.left')}
          empty={t('import.noneLeft')}
          rows={left.map(({ tag, line, reason }) => [tag, t('import.line', { line }), reason])}
        />
        <Tags
          title={t('import.changed')}
          empty={t('import.noneChanged')}
          rows={converted.map(({ from, to, count }) => [from, to, `× ${count}`])}
        />
      </SimpleGrid>
      <form onSubmit={save}>
        <Group align="end">
          <TextInput
            label={t('rename.name')}
            w={320}
            maxLength={120}
            value={name}
            placeholder={t('new.name')}
            onChange={(event) => onName(event.currentTarget.value)}
          />
          <Button variant="default" onClick={onBack}>
            {t('common:back')}
          </Button>
          <Button type="submit" loading={busy}>
            {t('import.save')}
          </Button>
        </Group>
      </form>
    </Stack>
  );
}

function Tags({ title, empty, rows }: { title: string; empty: string; rows: string[][] }) {
  return (
    <Card withBorder>
      <Title order={2} fz="md" mb="xs">
        {title}
      </Title>
      {rows.length === 0 && (
        <Text fz="sm" c="dimmed">
          {empty}
        </Text>
      )}
      <Table.ScrollContainer minWidth={320} mah={420}>
        <Table>
          <Table.Tbody>
            {rows.map(([first = '', ...rest]) => (
              <Table.Tr key={`${first} ${rest.join(' ')}`}>
                <Table.Td>
                  <Code style={{ overflowWrap: 'anywhere' }}>{first}</Code>
                </Table.Td>
                {rest.map((cell) => (
                  <Table.Td
                    key={cell}
                    fz="sm"
                    style={{ whiteSpace: cell.length < 12 ? 'nowrap' : undefined }}
                  >
                    {cell.includes('{') ? <Code>{cell}</Code> : cell}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}
