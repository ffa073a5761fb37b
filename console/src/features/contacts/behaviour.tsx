/** What a contact did in the shop, newest first, also before it was known who it was; more comes by a button. */
import { Code, Collapse, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconActivity } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client';
import { ShowMore } from '../../ui/show-more';
import { EmptyState, Loaded } from '../../ui/states';
import { Moment } from '../../ui/time';
import { behaviourQuery, type Contact } from './queries';

export function Behaviour({ contact }: { contact: Contact }) {
  const { t } = useTranslation('contacts');
  const query = useInfiniteQuery(behaviourQuery(contact.id));
  return (
    <Loaded query={query}>
      {({ pages }) => {
        const events = pages.flatMap((page) => page.items);
        if (events.length === 0) {
          return (
            <EmptyState
              icon={<IconActivity aria-hidden />}
              title={t('behaviour.empty')}
              text={t('behaviour.emptyText')}
            />
          );
        }
        return (
          <Stack gap="sm">
            {events.map((event) => (
              <Deed key={event.position} event={event} />
            ))}
            <ShowMore query={query} />
          </Stack>
        );
      }}
    </Loaded>
  );
}

/** One event; what was said opens below it. */
function Deed({ event }: { event: Schema<'EventOut'> }) {
  const { t } = useTranslation('events');
  const [open, setOpen] = useState(false);
  const kind = t(`kind.${event.kind}`);
  return (
    <div>
      <Group justify="space-between" wrap="nowrap">
        <UnstyledButton aria-expanded={open} onClick={() => setOpen(!open)}>
          <Text fz="sm" fw={500} component="span">
            {event.name || kind}
          </Text>{' '}
          {event.name !== '' && (
            <Text fz="xs" c="dimmed" component="span">
              {kind}
            </Text>
          )}
        </UnstyledButton>
        <Text fz="xs" c="dimmed" component="div">
          <Moment at={event.at} />
        </Text>
      </Group>
      <Collapse expanded={open}>
        <Code block tabIndex={0} mt="xs" aria-label={t('inspect.document')}>
          {JSON.stringify(event.document ?? null, null, 2)}
        </Code>
      </Collapse>
    </div>
  );
}
