/** Another time for a scheduled campaign: the twin of dragging it in the calendar. */
import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ownTime, zone } from '../../lib/format';
import { instantOf, wallTime } from '../../lib/wall-time';
import { MomentPicker } from '../../ui/moment-picker';
import type { MenuCampaign } from './campaign-menu';
import { useDeeds } from './use-deeds';

export function RescheduleDialog({ campaign, onClose }: { campaign: MenuCampaign; onClose: () => void }) {
  const { t } = useTranslation('campaigns');
  const deeds = useDeeds();
  const [at, setAt] = useState(campaign.scheduled_at ?? new Date().toISOString());
  const isPast = new Date(at).getTime() <= Date.now();
  const own = ownTime(at);
  return (
    <Modal opened onClose={onClose} title={t('reschedule.title', { name: campaign.name })}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isPast) return;
          onClose();
          deeds.move(campaign, at);
        }}
      >
        <Stack>
          <MomentPicker
            data-autofocus
            label={t('timing.atLabel', { zone: zone() })}
            description={own === undefined ? undefined : t('common:yourTime', { time: own })}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            value={wallTime(at, zone())}
            minDate={wallTime(Date.now(), zone()).slice(0, 10)}
            onChange={(wall) => wall !== null && setAt(instantOf(wall, zone()))}
          />
          {isPast && <Alert color="red">{t('timing.past')}</Alert>}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common:cancel')}
            </Button>
            <Button type="submit" disabled={isPast}>
              {t('reschedule.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
