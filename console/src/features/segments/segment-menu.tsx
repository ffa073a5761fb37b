/** The menu of a segment. */
import { ActionIcon, Menu } from '@mantine/core';
import {
  IconArchive,
  IconCopy,
  IconDotsVertical,
  IconDownload,
  IconListSearch,
  IconPencil,
  IconRefresh,
  IconRestore,
  IconSend,
} from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useDeeds } from './deeds';
import type { Segment } from './queries';

export function SegmentMenu({ segment, brief = false }: { segment: Segment; brief?: boolean }) {
  const { t } = useTranslation('segments');
  const deeds = useDeeds(segment);
  const sendTo = useCampaignLink(segment.id);
  const archived = Boolean(segment.archived_at);
  return (
    <Menu position="bottom-end" withArrow>
      <Menu.Target>
        <ActionIcon
          size="lg"
          variant={brief ? 'subtle' : 'default'}
          aria-label={t('menu', { name: segment.name })}
        >
          <IconDotsVertical size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {brief && !archived && (
          <>
            <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={deeds.edit}>
              {t('edit')}
            </Menu.Item>
            <Menu.Item leftSection={<IconSend size={16} aria-hidden />} onClick={sendTo}>
              {t('useInCampaign')}
            </Menu.Item>
          </>
        )}
        <Menu.Item leftSection={<IconCopy size={16} aria-hidden />} onClick={deeds.duplicate}>
          {t('duplicate')}
        </Menu.Item>
        <Menu.Item leftSection={<IconRefresh size={16} aria-hidden />} onClick={deeds.count}>
          {t('countAgain')}
        </Menu.Item>
        <Menu.Item leftSection={<IconDownload size={16} aria-hidden />} onClick={deeds.exportMembers}>
          {t('exportMembers')}
        </Menu.Item>
        <Menu.Item leftSection={<IconListSearch size={16} aria-hidden />} onClick={deeds.showUses}>
          {t('showUses')}
        </Menu.Item>
        <Menu.Divider />
        {archived ? (
          <Menu.Item leftSection={<IconRestore size={16} aria-hidden />} onClick={deeds.restore}>
            {t('restore')}
          </Menu.Item>
        ) : (
          <Menu.Item leftSection={<IconArchive size={16} aria-hidden />} onClick={deeds.archive}>
            {t('archive')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Goes to a new campaign for a segment. */
export function useCampaignLink(segment: string): () => void {
  const navigate = useNavigate();
  const { store } = useParams({ from: '/s/$store' });
  return () => void navigate({ href: `/s/${store}/campaigns/new?segment=${encodeURIComponent(segment)}` });
}
