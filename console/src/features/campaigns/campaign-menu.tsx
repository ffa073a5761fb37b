/** Everything that can be done with a campaign, by what its state allows. */
import { ActionIcon, Menu } from '@mantine/core';
import {
  IconArchive,
  IconArchiveOff,
  IconCalendarTime,
  IconChartBar,
  IconCopy,
  IconDots,
  IconEye,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconTrash,
} from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGo } from '../../parts/links/links';
import type { Brief } from './brief';
import { RescheduleDialog } from './reschedule-dialog';
import { useDeeds } from './use-deeds';

export type MenuCampaign = Pick<Brief, 'id' | 'name' | 'state' | 'can' | 'launched_at' | 'scheduled_at'>;

export function CampaignMenu({ campaign, withOpen = true }: { campaign: MenuCampaign; withOpen?: boolean }) {
  const { t } = useTranslation('campaigns');
  const deeds = useDeeds();
  const go = useGo();
  const [moving, setMoving] = useState(false);
  const can = (what: string) => campaign.can.includes(what);
  const { id } = campaign;
  const items = [
    {
      show: can('edit'),
      icon: IconPencil,
      label: t('menu.edit'),
      deed: () => go('/campaigns/$campaign/edit', { campaign: id }),
    },
    {
      show: withOpen && !can('edit'),
      icon: IconEye,
      label: t('menu.open'),
      deed: () => go('/campaigns/$campaign', { campaign: id }),
    },
    {
      show: withOpen && Boolean(campaign.launched_at),
      icon: IconChartBar,
      label: t('menu.report'),
      deed: () => go('/campaigns/$campaign/report', { campaign: id }),
    },
    {
      show: can('reschedule'),
      icon: IconCalendarTime,
      label: t('menu.reschedule'),
      deed: () => setMoving(true),
    },
    {
      show: withOpen && can('pause'),
      icon: IconPlayerPause,
      label: t('menu.pause'),
      deed: () => deeds.pause(campaign),
    },
    {
      show: withOpen && can('resume'),
      icon: IconPlayerPlay,
      label: t('menu.resume'),
      deed: () => deeds.resume(campaign),
    },
    {
      show: can('duplicate'),
      icon: IconCopy,
      label: t('menu.duplicate'),
      deed: () => deeds.duplicate(campaign),
    },
    {
      show: can('archive'),
      icon: IconArchive,
      label: t('menu.archive'),
      deed: () => deeds.archive(campaign),
    },
    {
      show: can('unarchive'),
      icon: IconArchiveOff,
      label: t('menu.unarchive'),
      deed: () => deeds.unarchive(campaign),
    },
  ];
  return (
    <>
      <Menu position="bottom-end" withArrow>
        <Menu.Target>
          <ActionIcon
            size={withOpen ? 'md' : 36}
            variant={withOpen ? 'subtle' : 'default'}
            aria-label={t('menu.label', { name: campaign.name })}
          >
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {items
            .filter(({ show }) => show)
            .map(({ icon: Icon, label, deed }) => (
              <Menu.Item key={label} leftSection={<Icon size={16} aria-hidden />} onClick={deed}>
                {label}
              </Menu.Item>
            ))}
          {can('cancel') && (
            <Menu.Item
              color={campaign.state === 'scheduled' ? undefined : 'red'}
              leftSection={<IconPlayerStop size={16} aria-hidden />}
              onClick={() => deeds.cancel(campaign)}
            >
              {campaign.state === 'scheduled' ? t('menu.unschedule') : t('menu.cancel')}
            </Menu.Item>
          )}
          {can('delete') && (
            <Menu.Item
              color="red"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={() => deeds.remove(campaign, withOpen ? undefined : () => go('/campaigns', {}))}
            >
              {t('menu.remove')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {moving && <RescheduleDialog campaign={campaign} onClose={() => setMoving(false)} />}
    </>
  );
}
