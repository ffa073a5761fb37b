/** One captured message: as its reader sees it, and everything that is in it. */
import {
  Card,
  Code,
  Group,
  ScrollArea,
  SegmentedControl,
  Stack,
  Switch,
  Table,
  Tabs,
  Text,
  Title,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { bytes } from '../../lib/format';
import { PlaceLink } from '../../parts/links/links';
import { CopyButton } from '../../ui/copy-button';
import { MailFrame } from '../../ui/mail-frame';
import { Loaded } from '../../ui/states';
import { Moment } from '../../ui/time';
import type { InboxSearch } from './inbox';
import { type MessageDetail, messageQuery, sourceQuery } from './queries';
import { VIEWS } from './routes';

const PHONE_PX = 375;
const FRAME_HEIGHT = 'calc(100vh - 410px)';

interface Looking {
  search: InboxSearch;
  onSearch: (change: Partial<InboxSearch>) => void;
}

export function MessageView({ id, ...looking }: { id: string } & Looking) {
  const query = useQuery(messageQuery(id));
  return (
    <Card withBorder component="article" mih={480}>
      <Loaded query={query}>{(message) => <Message message={message} {...looking} />}</Loaded>
    </Card>
  );
}

function Message({ message, search, onSearch }: { message: MessageDetail } & Looking) {
  const { t } = useTranslation('sandbox');
  const view = search.view ?? (message.html ? 'html' : 'text');
  return (
    <Stack gap="md">
      <Head message={message} />
      <Tabs
        value={view}
        onChange={(value) => onSearch({ view: VIEWS.find((one) => one === value) })}
        keepMounted={false}
      >
        <Tabs.List>
          {VIEWS.map((one) => (
            <Tabs.Tab key={one} value={one} disabled={one === 'html' && !message.html}>
              {t(`view.${one}`)}
              {one === 'links' && ` (${message.links.length})`}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="html" pt="md">
          <Html message={message} search={search} onSearch={onSearch} />
        </Tabs.Panel>
        <Tabs.Panel value="text" pt="md">
          <Plain text={message.text ?? ''} label={t('view.text')} />
        </Tabs.Panel>
        <Tabs.Panel value="headers" pt="md">
          <Headers message={message} />
        </Tabs.Panel>
        <Tabs.Panel value="links" pt="md">
          <Links links={message.links} />
        </Tabs.Panel>
        <Tabs.Panel value="source" pt="md">
          <Source id={message.id} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function Head({ message }: { message: MessageDetail }) {
  const { t } = useTranslation('sandbox');
  return (
    <Stack gap={4}>
      <Title order={2}>{message.subject || t('noSubject')}</Title>
      <Text fz="sm">
        <Text span c="dimmed" inherit>
          {t('from')}
        </Text>{' '}
        {message.from ?? '—'}
      </Text>
      <Text fz="sm">
        <Text span c="dimmed" inherit>
          {t('to')}
        </Text>{' '}
        {message.contact ? (
          <PlaceLink to="/contacts/$contact" params={{ contact: message.contact }} fz="sm">
            {message.to ?? message.contact}
          </PlaceLink>
        ) : (
          (message.to ?? t('erased'))
        )}
      </Text>
      <Group gap="xs">
        <Text fz="xs" c="dimmed" component="div">
          <Moment at={message.at} absolute /> · {bytes(message.size)}
        </Text>
        {message.campaign && (
          <PlaceLink to="/campaigns/$campaign" params={{ campaign: message.campaign }} fz="xs">
            {t('toCampaign')}
          </PlaceLink>
        )}
      </Group>
    </Stack>
  );
}

function Html({ message, search, onSearch }: { message: MessageDetail } & Looking) {
  const { t } = useTranslation('sandbox');
  const isPhone = search.phone ?? false;
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <SegmentedControl
          size="xs"
          aria-label={t('width')}
          value={isPhone ? 'phone' : 'desktop'}
          onChange={(value) => onSearch({ phone: value === 'phone' || undefined })}
          data={[
            { value: 'desktop', label: t('desktop') },
            { value: 'phone', label: t('phone') },
          ]}
        />
        <Switch
          size="sm"
          label={t('dark')}
          checked={search.dark ?? false}
          onChange={(event) => onSearch({ dark: event.currentTarget.checked || undefined })}
        />
      </Group>
      <MailFrame
        html={message.html ?? ''}
        title={t('view.html')}
        width={isPhone ? PHONE_PX : '100%'}
        height={FRAME_HEIGHT}
        dark={search.dark}
        links
      />
    </Stack>
  );
}

function Plain({ text, label }: { text: string; label: string }) {
  return (
    <ScrollArea.Autosize
      mah={FRAME_HEIGHT}
      viewportProps={{ tabIndex: 0, 'aria-label': label, role: 'region' }}
    >
      <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {text}
      </Code>
    </ScrollArea.Autosize>
  );
}

function Headers({ message }: { message: MessageDetail }) {
  const { t } = useTranslation('sandbox');
  return (
    <Table.ScrollContainer minWidth={480} mah={FRAME_HEIGHT}>
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('header.name')}</Table.Th>
            <Table.Th>{t('header.value')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {message.headers.map((header, n) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a header may occur twice, and the list never changes
            <Table.Tr key={n}>
              <Table.Th scope="row" fz="xs" fw={500} style={{ whiteSpace: 'nowrap', verticalAlign: 'top' }}>
                {header.name}
              </Table.Th>
              <Table.Td ff="monospace" fz="xs" style={{ overflowWrap: 'anywhere' }}>
                {header.value}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Links({ links }: { links: string[] }) {
  const { t } = useTranslation('sandbox');
  if (links.length === 0) return <Text c="dimmed">{t('noLinks')}</Text>;
  return (
    <Stack gap={6}>
      {links.map((link) => (
        <Group key={link} gap={4} wrap="nowrap" align="flex-start">
          <Text fz="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
            {/^https?:/.test(link) ? (
              <a href={link} target="_blank" rel="noreferrer">
                {link}
              </a>
            ) : (
              link
            )}
          </Text>
          <CopyButton value={link} />
        </Group>
      ))}
    </Stack>
  );
}

function Source({ id }: { id: string }) {
  const { t } = useTranslation('sandbox');
  const query = useQuery(sourceQuery(id));
  return (
    <Loaded query={query}>
      {(source) => (
        <Stack gap="xs">
          <Group justify="flex-end">
            <CopyButton value={source} label={t('copySource')} />
          </Group>
          <Plain text={source} label={t('view.source')} />
        </Stack>
      )}
    </Loaded>
  );
}
