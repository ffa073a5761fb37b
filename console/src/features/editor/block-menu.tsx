/** A menu of the kinds of blocks. */
import { Menu } from '@mantine/core';
import type { ReactElement } from 'react';
import { iconOf } from '../../parts/email-document/starters';
import { useCatalogue } from './use-catalogue';
import { useBlockName } from './use-names';

export function BlockMenu({ target, onPick }: { target: ReactElement; onPick: (kind: string) => void }) {
  const name = useBlockName();
  const { kinds } = useCatalogue();
  return (
    <Menu withinPortal shadow="md" position="bottom" width={200}>
      <Menu.Target>{target}</Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
        {kinds.map((kind) => {
          const Icon = iconOf(kind);
          return (
            <Menu.Item key={kind} leftSection={<Icon size={16} aria-hidden />} onClick={() => onPick(kind)}>
              {name(kind)}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
