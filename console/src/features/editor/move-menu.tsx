/** Where a block can be moved without a mouse: into each column of each row, or into a row of its own. */
import { ActionIcon, Menu } from '@mantine/core';
import { IconArrowsMove } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useEditor } from './editor-state';
import { findBlock, findRow, type Place } from './model/edit';
import type { Target } from './model/pointer';
import { useDeeds } from './use-deeds';

export function MoveMenu({ target }: { target: Exclude<Target, { kind: 'email' }> }) {
  const { t } = useTranslation('editor');
  const deeds = useDeeds();
  const places = usePlaces(target);
  return (
    <Menu withinPortal shadow="md" width={240}>
      <Menu.Target>
        <ActionIcon size={28} variant="transparent" aria-label={t('move.label')} title={t('move.label')}>
          <IconArrowsMove size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
        {places.map(({ key, label, place }) => (
          <Menu.Item key={key} onClick={() => deeds.moveTo(target, place)}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function usePlaces(
  target: Exclude<Target, { kind: 'email' }>,
): { key: string; label: string; place: Place }[] {
  const { t } = useTranslation('editor');
  const { document: email } = useEditor();
  if (email === undefined) return [];
  const end = email.rows.length;
  const ends = [
    { key: 'first', label: t('move.first'), place: { kind: 'row', index: 0 } as const },
    { key: 'last', label: t('move.last'), place: { kind: 'row', index: end } as const },
  ];
  if (target.kind === 'row') {
    const own = findRow(email, target.id)?.index ?? -1;
    return ends.filter(({ place }) => place.index !== own && place.index !== own + 1);
  }
  const found = findBlock(email, target.id);
  const columns = email.rows.flatMap((row, n) =>
    row.columns.flatMap(({ blocks }, column) => {
      if (row.id === found?.row.id && column === found.column) return [];
      const label =
        row.columns.length === 1
          ? t('move.row', { row: n + 1 })
          : t('move.column', { row: n + 1, column: column + 1 });
      const place = { kind: 'column', row: row.id, column, index: blocks.length } as const;
      return [{ key: `${row.id}/${column}`, label, place }];
    }),
  );
  return [...ends, ...columns];
}
