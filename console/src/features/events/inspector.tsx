/** One event with everything that it says, and whose it is. */
import { Code, Drawer, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { exactTime } from '../../lib/format';
import { ContactLink } from '../../parts/contact-bits';
import { CopyButton } from '../../ui/copy-button';
import { contactQuery, type VisitorEvent } from './queries';

export function Inspector({ event, onClose }: { event: VisitorEvent | undefined; onClose: () => void }) {
  const { t } = useTranslation('events');
  return (
    <Drawer
      opened={event !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title={event && (event.name || t(`kind.${event.kind}`))}
    >
      {event !== undefined && <Inside event={event} />}
    </Drawer>
  );
}

function Inside({ event }: { event: VisitorEvent }) {
  const { t } = useTranslation('events');
  const json = JSON.stringify(event.document ?? null, null, 2);
  return (
    <Stack>
      <dl className="sp-record">
        <dt>{t('column.kind')}</dt>
        <dd>{t(`kind.${event.kind}`)}</dd>
        <dt>{t('inspect.who')}</dt>
        <dd>
          <Identity event={event} />
        </dd>
        <dt>{t('column.from')}</dt>
        <dd>{t(event.trusted ? 'from.server' : 'from.page')}</dd>
        <dt>{t('inspect.at')}</dt>
        <dd>{exactTime(event.at)}</dd>
        <dt>{t('inspect.received')}</dt>
        <dd>{exactTime(event.received_at)}</dd>
        <dt>{t('inspect.position')}</dt>
        <dd>{event.position}</dd>
      </dl>
      {event.document ? (
        <>
          <Group justify="space-between">
            <Text fw={600}>{t('inspect.document')}</Text>
            <CopyButton value={json} />
          </Group>
          <Code block tabIndex={0} aria-label={t('inspect.document')}>
            {json}
          </Code>
        </>
      ) : (
        <Text c="dimmed">{t('inspect.gone')}</Text>
      )}
    </Stack>
  );
}

function Identity({ event }: { event: VisitorEvent }) {
  const { t } = useTranslation('events');
  const contact = useQuery({ ...contactQuery(event.contact ?? ''), enabled: Boolean(event.contact) }).data;
  if (!event.contact) {
    return <>{t(event.document ? 'inspect.unknown' : 'erased', { number: event.visitor })}</>;
  }
  return (
    <>
      {contact === undefined ? t('contact') : <ContactLink contact={contact} />}
      <Text fz="xs" c="dimmed">
        {t('visitor', { number: event.visitor })}
      </Text>
    </>
  );
}
