/** List and reading pane; `j` and `k` go through the messages. */
import { Box, Card, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client';
import { useShortcuts } from '../../lib/keys';
import { Pager } from '../../ui/pager';
import { Moment } from '../../ui/time';
import { MessageView } from './message-view';
import { type Message, PAGE } from './queries';
import type { VIEWS } from './routes';
import './sandbox.css';

export interface InboxSearch {
  campaign?: string;
  after?: string;
  message?: string;
  view?: (typeof VIEWS)[number];
  phone?: boolean;
  dark?: boolean;
}

export function Inbox(props: {
  page: Schema<'Page_SandboxMessageOut'>;
  search: InboxSearch;
  onSearch: (change: Partial<InboxSearch>) => void;
}) {
  const { page, search, onSearch } = props;
  const { t } = useTranslation('sandbox');
  const { items } = page;
  const index = Math.max(
    0,
    items.findIndex((message) => message.id === search.message),
  );
  const chosen = search.message ?? items[0]?.id;
  const move = (step: number) => {
    const next = items[Math.max(0, Math.min(items.length - 1, index + step))];
    if (next !== undefined) onSearch({ message: next.id });
  };
  useShortcuts([
    { keys: 'j', label: t('keys.next'), action: () => move(1) },
    { keys: 'k', label: t('keys.previous'), action: () => move(-1) },
  ]);
  return (
    <div className="sp-inbox">
      <Stack gap="xs">
        <Card withBorder p={0} component="nav" aria-label={t('list')}>
          <Box mah="calc(100vh - 250px)" style={{ overflowY: 'auto' }} tabIndex={-1}>
            {items.map((message) => (
              <Line
                key={message.id}
                message={message}
                active={message.id === chosen}
                onChoose={() => onSearch({ message: message.id })}
              />
            ))}
          </Box>
        </Card>
        <Pager
          after={search.after}
          next={page.next}
          limit={PAGE}
          onGo={(after) => onSearch({ after, message: undefined })}
        />
      </Stack>
      {chosen !== undefined && <MessageView id={chosen} search={search} onSearch={onSearch} />}
    </div>
  );
}

function Line({ message, active, onChoose }: { message: Message; active: boolean; onChoose: () => void }) {
  const { t } = useTranslation('sandbox');
  const self = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (active) self.current?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <UnstyledButton
      ref={self}
      className="sp-inbox-line"
      aria-current={active ? 'true' : undefined}
      onClick={onChoose}
    >
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text fz="sm" fw={600} truncate>
          {message.to ?? t('erased')}
        </Text>
        <Text fz="xs" c="dimmed" component="div">
          <Moment at={message.at} />
        </Text>
      </Group>
      <Text fz="sm" truncate>
        {message.subject || t('noSubject')}
      </Text>
      <Text fz="xs" c="dimmed" truncate>
        {message.from ?? ''}
      </Text>
    </UnstyledButton>
  );
}
