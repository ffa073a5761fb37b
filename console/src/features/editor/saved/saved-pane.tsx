/** Saved blocks: drag one between rows, or press it to put it after what is chosen. */
import { useDraggable } from '@dnd-kit/core';
import { Stack, Text, UnstyledButton } from '@mantine/core';
import { IconBookmark } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { rowOfSaved, type SavedBlock, savedBlocksQuery } from '../../../parts/saved-blocks/queries';
import { Loaded } from '../../../ui/states';
import type { Carried } from '../dnd';
import { useEditor } from '../editor-state';
import { findBlock, findRow } from '../model/edit';
import { useDeeds } from '../use-deeds';
import '../panes/panes.css';

export function SavedPane() {
  const { t } = useTranslation('editor');
  const query = useQuery(savedBlocksQuery());
  return (
    <Loaded query={query}>
      {({ items }) => (
        <Stack gap="xs">
          <Text fz="xs" c="dimmed">
            {t(items.length === 0 ? 'saved.empty' : 'saved.help')}
          </Text>
          {items.map((saved) => (
            <SavedCard key={saved.id} saved={saved} />
          ))}
        </Stack>
      )}
    </Loaded>
  );
}

function SavedCard({ saved }: { saved: SavedBlock }) {
  const { document: email, chosen, editable } = useEditor();
  const deeds = useDeeds();
  const row = rowOfSaved(saved);
  const drag = useDraggable({
    id: `saved:${saved.id}`,
    data: { kind: 'saved', row, name: saved.name } satisfies Carried,
    disabled: !editable,
  });
  const insert = () => {
    if (email === undefined) return;
    const place = deeds.after(chosen);
    const at =
      chosen.kind === 'block'
        ? findBlock(email, chosen.id)?.rowIndex
        : findRow(email, chosen.kind === 'row' ? chosen.id : '')?.index;
    deeds.insertSaved(row, at === undefined ? (place.kind === 'row' ? place.index : 0) : at + 1);
  };
  return (
    <UnstyledButton
      ref={drag.setNodeRef}
      {...drag.listeners}
      className="sp-layer"
      disabled={!editable}
      onClick={insert}
    >
      <IconBookmark size={16} stroke={1.6} aria-hidden />
      <span>{saved.name}</span>
    </UnstyledButton>
  );
}
