/** What can be done with a condition or a group as a whole: copy, move, put into a group, remove. */
import { ActionIcon, Menu } from '@mantine/core';
import {
  IconArrowDown,
  IconArrowUp,
  IconCopy,
  IconDotsVertical,
  IconParentheses,
  IconTrash,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

export interface NodeActions {
  onDuplicate: () => void;
  onMove: (by: -1 | 1) => void;
  /** Absent where groups may not nest deeper. */
  onWrap?: () => void;
  onRemove: () => void;
}

export function NodeMenu(props: NodeActions & { name: string; first: boolean; last: boolean }) {
  const { name, first, last, onDuplicate, onMove, onWrap, onRemove } = props;
  const { t } = useTranslation('rules');
  return (
    <Menu position="bottom-end" withArrow>
      <Menu.Target>
        <ActionIcon size={28} aria-label={t('more', { name })}>
          <IconDotsVertical size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconCopy size={16} aria-hidden />} onClick={onDuplicate}>
          {t('duplicate')}
        </Menu.Item>
        {onWrap !== undefined && (
          <Menu.Item leftSection={<IconParentheses size={16} aria-hidden />} onClick={onWrap}>
            {t('wrap')}
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<IconArrowUp size={16} aria-hidden />}
          disabled={first}
          onClick={() => onMove(-1)}
        >
          {t('moveUp')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconArrowDown size={16} aria-hidden />}
          disabled={last}
          onClick={() => onMove(1)}
        >
          {t('moveDown')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={onRemove}>
          {t('remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
