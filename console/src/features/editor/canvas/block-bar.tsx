/** The bar above what is chosen: write, move, insert, copy, save, delete. */
import { ActionIcon, Tooltip } from '@mantine/core';
import {
  IconArrowDown,
  IconArrowUp,
  IconBookmark,
  IconCopy,
  IconPencil,
  IconPlus,
  IconTrash,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { BlockMenu } from '../block-menu';
import { useEditor } from '../editor-state';
import { findBlock } from '../model/edit';
import type { Target } from '../model/pointer';
import { MoveMenu } from '../move-menu';
import { useSaveRow } from '../saved/save-row';
import { useDeeds } from '../use-deeds';
import type { Box } from './measure';

/** Never on the block itself, where a second click would hit it; the canvas has this room above. */
const HEIGHT = 34;

export function BlockBar({ target, box }: { target: Exclude<Target, { kind: 'email' }>; box: Box }) {
  const { t } = useTranslation('editor');
  const { document: email, write } = useEditor();
  const deeds = useDeeds();
  const save = useSaveRow();
  const block =
    email !== undefined && target.kind === 'block' ? findBlock(email, target.id)?.block : undefined;
  return (
    <div
      className="sp-block-bar"
      role="toolbar"
      aria-label={t('bar.label')}
      style={{ top: box.top - HEIGHT, left: Math.max(0, box.left) }}
    >
      {block?.type === 'text' && (
        <Tool label={t('bar.write')} icon={<IconPencil size={16} />} act={() => write(block.id)} />
      )}
      <Tool label={t('bar.up')} icon={<IconArrowUp size={16} />} act={() => deeds.step(target, -1)} />
      <Tool label={t('bar.down')} icon={<IconArrowDown size={16} />} act={() => deeds.step(target, 1)} />
      <MoveMenu target={target} />
      <BlockMenu
        onPick={(kind) => deeds.insertNew(kind, deeds.after(target))}
        target={
          <ActionIcon
            size={28}
            variant="transparent"
            aria-label={t('bar.insertAfter')}
            title={t('bar.insertAfter')}
          >
            <IconPlus size={16} aria-hidden />
          </ActionIcon>
        }
      />
      <Tool label={t('bar.duplicate')} icon={<IconCopy size={16} />} act={() => deeds.duplicate(target)} />
      <Tool label={t('bar.save')} icon={<IconBookmark size={16} />} act={() => save(target)} />
      <Tool label={t('bar.remove')} icon={<IconTrash size={16} />} act={() => deeds.remove(target)} />
    </div>
  );
}

function Tool({ label, icon, act }: { label: string; icon: ReactNode; act: () => void }) {
  return (
    <Tooltip label={label}>
      <ActionIcon size={28} variant="transparent" aria-label={label} onClick={act}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
