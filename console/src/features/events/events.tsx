/** Live events: what visitors of the shop do, as it comes in, and what was refused and why. */
import { Button, Group, SegmentedControl } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { createLazyRoute } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNews, useStreamState } from '../../lib/stream';
import { Page } from '../../ui/page';
import { Status } from '../../ui/status';
import { List } from './list';
import { refreshEvents } from './queries';
import { Refused } from './refused';

export const route = createLazyRoute('/s/$store/events')({ component: Events });

function Events() {
  const { t } = useTranslation('events');
  const { show, after, kind, name } = route.useSearch();
  const navigate = route.useNavigate();
  const [paused, setPaused] = useState(false);
  const isLive = !paused && after === undefined;
  return (
    <Page
      title={t('title')}
      description={t('description')}
      badge={<Liveness isLive={isLive} />}
      actions={
        <Button
          variant="default"
          leftSection={
            paused ? <IconPlayerPlay size={16} aria-hidden /> : <IconPlayerPause size={16} aria-hidden />
          }
          onClick={() => {
            if (paused) refreshEvents();
            setPaused(!paused);
          }}
        >
          {t(paused ? 'goOn' : 'pause')}
        </Button>
      }
    >
      {isLive && <Follow />}
      <Group>
        <SegmentedControl
          aria-label={t('which')}
          value={show ?? 'taken'}
          onChange={(to) => void navigate({ search: { show: to === 'refused' ? 'refused' : undefined } })}
          data={[
            { value: 'taken', label: t('taken') },
            { value: 'refused', label: t('refused') },
          ]}
        />
      </Group>
      {show === 'refused' ? (
        <Refused
          isLive={isLive}
          after={after}
          onGo={(to) => void navigate({ search: { show, after: to } })}
        />
      ) : (
        <List
          wanted={{ kind, name }}
          after={after}
          onWanted={(wanted) => void navigate({ search: wanted })}
          onGo={(to) => void navigate({ search: { kind, name, after: to } })}
        />
      )}
    </Page>
  );
}

/** Asks for the newest whenever there is more. */
function Follow() {
  useNews('log', refreshEvents);
  return null;
}

function Liveness({ isLive }: { isLive: boolean }) {
  const { t } = useTranslation('events');
  const stream = useStreamState();
  if (!isLive) return <Status tone="neutral" label={t('still')} />;
  return stream === 'live' ? (
    <Status tone="good" label={t('live')} />
  ) : (
    <Status tone="warning" label={t('away')} />
  );
}
