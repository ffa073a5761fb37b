/** What one contact gets: the server's HTML byte for byte, on a computer, a phone, in the dark, and as text. */
import { Alert, Code, Group, List, Modal, Paper, SegmentedControl, Stack, Switch, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { serverSentence } from '../../../lib/server-sentences';
import { ContactPicker } from '../../../parts/audience-pickers';
import { MailFrame } from '../../../ui/mail-frame';
import { Loaded } from '../../../ui/states';
import { useEditor } from '../editor-state';
import { type Rendered, renderQuery } from '../queries';

const PHONE = 375;

export function PreviewDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation('editor');
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      fullScreen
      title={t('preview.title')}
      closeButtonProps={{ 'aria-label': t('common:close') }}
    >
      {opened && <Preview />}
    </Modal>
  );
}

function Preview() {
  const { t } = useTranslation('editor');
  const { source } = useEditor();
  const [contact, setContact] = useState<string | null>(null);
  const [view, setView] = useState('desktop');
  const [dark, setDark] = useState(false);
  const query = useQuery(renderQuery(source, contact));
  const views = ['desktop', 'phone', 'text'].map((value) => ({ value, label: t(`preview.${value}`) }));
  return (
    <Stack>
      <Group align="end">
        <ContactPicker
          label={t('preview.contact')}
          description={t('preview.contactHelp')}
          w={340}
          clearable
          value={contact}
          onChange={setContact}
        />
        <SegmentedControl data={views} value={view} onChange={setView} aria-label={t('preview.view')} />
        <Switch
          label={t('preview.dark')}
          checked={dark}
          onChange={(event) => setDark(event.currentTarget.checked)}
        />
      </Group>
      <Loaded query={query}>{(rendered) => <Shown rendered={rendered} view={view} dark={dark} />}</Loaded>
    </Stack>
  );
}

function Shown({ rendered, view, dark }: { rendered: Rendered; view: string; dark: boolean }) {
  const { t } = useTranslation('editor');
  const { preview, issues } = rendered;
  if (preview == null) {
    return (
      <Alert color="red" title={t('preview.impossible')}>
        {issues.map((issue) => (
          <Text key={`${issue.code} ${issue.message}`} fz="sm">
            {serverSentence(issue.message)}
          </Text>
        ))}
      </Alert>
    );
  }
  return (
    <Stack>
      <Paper withBorder p="sm">
        <Text fw={600}>{preview.subject || t('preview.noSubject')}</Text>
        <Text fz="sm" c="dimmed">
          {preview.preheader || t('preview.noPreheader')}
        </Text>
      </Paper>
      {preview.missing.length > 0 && (
        <Alert color="yellow" title={t('preview.missing', { count: preview.missing.length })}>
          <List size="sm">
            {preview.missing.map(({ variable, part }) => (
              <List.Item key={`${part} ${variable}`}>
                <Code>{variable}</Code> · {t(`part.${part}`)}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      {view === 'text' ? (
        <Paper withBorder p="md" maw={720} mx="auto" w="100%">
          <Text component="pre" fz="sm" ff="monospace" style={{ whiteSpace: 'pre-wrap', margin: 0 }}>
            {preview.text}
          </Text>
        </Paper>
      ) : (
        <MailFrame
          html={preview.html}
          title={t('preview.frame')}
          width={view === 'phone' ? PHONE : '100%'}
          height="72vh"
          dark={dark}
        />
      )}
      <Text fz="xs" c="dimmed">
        {t(dark ? 'preview.darkNote' : 'preview.exact')}
      </Text>
    </Stack>
  );
}
