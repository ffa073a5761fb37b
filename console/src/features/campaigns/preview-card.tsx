/** The message as a chosen contact would get it: html, text, and what is behind it. */
import {
  Accordion,
  Alert,
  Card,
  Code,
  Group,
  List,
  ScrollArea,
  SegmentedControl,
  Stack,
  Switch,
  Tabs,
  Text,
  Title,
} from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client';
import { bytes, number } from '../../lib/format';
import { useServerWords } from '../../lib/server-words';
import { ContactPicker } from '../../parts/audience-pickers';
import { MailFrame } from '../../ui/mail-frame';
import { Loaded, RowsLoading } from '../../ui/states';
import { previewQuery } from './queries';
import type { DraftState } from './use-draft';

const PHONE_PX = 375;
const HEIGHT_PX = 560;

export function PreviewCard({ id, state }: { id: string; state: DraftState }) {
  const { t } = useTranslation('campaigns');
  const [contact, setContact] = useState<string | null>(null);
  const query = useQuery({
    ...previewQuery(id, state.version, contact),
    placeholderData: keepPreviousData,
    retry: false,
  });
  return (
    <Card withBorder component="section" aria-label={t('preview.title')}>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-end">
          <Title order={2}>{t('preview.title')}</Title>
          <ContactPicker
            label={t('preview.contact')}
            value={contact}
            onChange={(chosen) => setContact(chosen)}
            clearable
            w={260}
          />
        </Group>
        {contact === null && (
          <Text fz="sm" c="dimmed">
            {t('preview.invented')}
          </Text>
        )}
        <Loaded query={query} loading={<RowsLoading />}>
          {({ preview, differences }) => (
            <>
              <Shown preview={preview} />
              <Differences list={differences} />
            </>
          )}
        </Loaded>
      </Stack>
    </Card>
  );
}

/** In what the preview differs from the message that is sent. */
function Differences({ list }: { list: string[] }) {
  const { t } = useTranslation('campaigns');
  const words = useServerWords('campaigns');
  return (
    <Accordion variant="contained">
      <Accordion.Item value="differences">
        <Accordion.Control>{t('preview.differences')}</Accordion.Control>
        <Accordion.Panel>
          <List size="sm" spacing={4}>
            {list.map((sentence, n) => (
              <List.Item key={sentence}>{words(`differs.${n}`, sentence)}</List.Item>
            ))}
          </List>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

function Shown({ preview }: { preview: Schema<'Preview'> }) {
  const { t } = useTranslation('campaigns');
  const [phone, setPhone] = useState(false);
  const [dark, setDark] = useState(false);
  return (
    <Stack gap="sm">
      <div>
        <Text fw={600}>{preview.subject || t('content.noSubject')}</Text>
        <Text fz="sm" c="dimmed">
          {preview.preheader || t('content.noPreheader')}
        </Text>
      </div>
      <Tabs defaultValue="html" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="html">{t('preview.html')}</Tabs.Tab>
          <Tabs.Tab value="text">{t('preview.text')}</Tabs.Tab>
          <Tabs.Tab value="facts">{t('preview.facts')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="html" pt="sm">
          <Group justify="space-between" mb="sm">
            <SegmentedControl
              size="xs"
              aria-label={t('preview.width')}
              value={phone ? 'phone' : 'desktop'}
              onChange={(value) => setPhone(value === 'phone')}
              data={[
                { value: 'desktop', label: t('preview.desktop') },
                { value: 'phone', label: t('preview.phone') },
              ]}
            />
            <Switch
              size="sm"
              label={t('preview.dark')}
              checked={dark}
              onChange={(event) => setDark(event.currentTarget.checked)}
            />
          </Group>
          <MailFrame
            html={preview.html}
            title={t('preview.title')}
            width={phone ? PHONE_PX : '100%'}
            height={HEIGHT_PX}
            dark={dark}
          />
        </Tabs.Panel>
        <Tabs.Panel value="text" pt="sm">
          <ScrollArea.Autosize
            mah={HEIGHT_PX}
            viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': t('preview.text') }}
          >
            <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {preview.text}
            </Code>
          </ScrollArea.Autosize>
        </Tabs.Panel>
        <Tabs.Panel value="facts" pt="sm">
          <Facts preview={preview} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function Facts({ preview }: { preview: Schema<'Preview'> }) {
  const { t } = useTranslation('campaigns');
  const encoder = new TextEncoder();
  const facts = [
    [t('preview.htmlSize'), bytes(encoder.encode(preview.html).length)],
    [t('preview.textSize'), bytes(encoder.encode(preview.text).length)],
    [t('preview.links'), number((preview.html.match(/<a\s[^>]*href=/gi) ?? []).length)],
    [t('preview.images'), number((preview.html.match(/<img\s/gi) ?? []).length)],
  ];
  return (
    <Stack gap="sm">
      <dl className="sp-record">
        {facts.map(([name, value]) => (
          <Group key={name} display="contents">
            <Text component="dt" fz="sm" c="dimmed">
              {name}
            </Text>
            <Text component="dd" fz="sm">
              {value}
            </Text>
          </Group>
        ))}
      </dl>
      {preview.missing.length === 0 ? (
        <Text fz="sm">{t('preview.nothingMissing')}</Text>
      ) : (
        <Alert color="yellow" title={t('preview.missing', { count: preview.missing.length })}>
          {preview.missing.map((missing) => (
            <Text key={`${missing.part} ${missing.line} ${missing.column}`} fz="sm">
              <Code>{missing.variable}</Code> {t(`part.${missing.part}`)}
            </Text>
          ))}
        </Alert>
      )}
    </Stack>
  );
}
