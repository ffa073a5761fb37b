/** Pause, resume, cancel, speed: the steering of a campaign that goes out. */
import { Button, Group, Modal, NumberInput, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconGauge, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Campaign } from './queries';
import { throttleCampaign } from './queries';
import { useDeeds } from './use-deeds';

const THROTTLE_MAX = 100_000;

export function LiveControls({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('campaigns');
  const deeds = useDeeds();
  const [open, { open: show, close }] = useDisclosure(false);
  const can = (what: string) => campaign.can.includes(what);
  return (
    <>
      {can('throttle') && (
        <Button variant="default" leftSection={<IconGauge size={16} aria-hidden />} onClick={show}>
          {t('throttle.action')}
        </Button>
      )}
      {can('pause') && (
        <Button leftSection={<IconPlayerPause size={16} aria-hidden />} onClick={() => deeds.pause(campaign)}>
          {t('menu.pause')}
        </Button>
      )}
      {can('resume') && (
        <Button leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={() => deeds.resume(campaign)}>
          {t('menu.resume')}
        </Button>
      )}
      <Modal opened={open} onClose={close} title={t('throttle.title')}>
        <Throttle campaign={campaign} onClose={close} />
      </Modal>
    </>
  );
}

function Throttle({ campaign, onClose }: { campaign: Campaign; onClose: () => void }) {
  const { t } = useTranslation('campaigns');
  const deeds = useDeeds();
  const [value, setValue] = useState<number | ''>(campaign.settings.throttle_per_second || '');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onClose();
        deeds.run(
          campaign.id,
          () => throttleCampaign(campaign.id, value === '' ? 0 : value),
          t('throttle.done'),
        );
      }}
    >
      <Stack>
        <Text fz="sm">{t('throttle.text')}</Text>
        <NumberInput
          data-autofocus
          label={t('timing.throttle')}
          placeholder={t('timing.noLimit')}
          min={1}
          max={THROTTLE_MAX}
          allowDecimal={false}
          thousandSeparator=","
          value={value}
          onChange={(next) => setValue(next === '' ? '' : Number(next))}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common:cancel')}
          </Button>
          <Button type="submit">{t('throttle.submit')}</Button>
        </Group>
      </Stack>
    </form>
  );
}
