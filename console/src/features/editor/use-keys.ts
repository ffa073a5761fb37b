/** Keys of the editor: those of what is chosen, and those of the whole. */
import { useHotkeys } from '@mantine/hooks';
import { type KeyboardEvent, useCallback } from 'react';
import { useEditor } from './editor-state';
import type { Target } from './model/pointer';
import { useDeeds } from './use-deeds';

/** Keys on a row or block: Delete, Alt+arrows move, Ctrl/Cmd+D copies, Escape lets go. */
export function useTargetKeys(): (event: KeyboardEvent, target: Target) => void {
  const deeds = useDeeds();
  const { editable, choose } = useEditor();
  return useCallback(
    (event, target) => {
      const act = keyAction(event, target, deeds, choose, editable);
      if (act === undefined) return;
      event.preventDefault();
      act();
    },
    [deeds, editable, choose],
  );
}

function keyAction(
  event: KeyboardEvent,
  target: Target,
  deeds: ReturnType<typeof useDeeds>,
  choose: (target: Target) => void,
  editable: boolean,
): (() => void) | undefined {
  if (event.key === 'Escape') return () => choose({ kind: 'email' });
  if (!editable) return undefined;
  if (event.altKey && event.key === 'ArrowUp') return () => deeds.step(target, -1);
  if (event.altKey && event.key === 'ArrowDown') return () => deeds.step(target, 1);
  if (event.key === 'Delete' || event.key === 'Backspace') return () => deeds.remove(target);
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'd')
    return () => deeds.duplicate(target);
  return undefined;
}

/** Undo, redo and save from anywhere in the editor. */
export function useEditorKeys(save: () => void): void {
  const { undo, redo } = useEditor();
  useHotkeys(
    [
      ['mod+Z', () => undo?.()],
      ['mod+shift+Z', () => redo?.()],
      ['mod+Y', () => redo?.()],
      ['mod+S', save],
    ],
    ['INPUT', 'TEXTAREA'],
    true,
  );
}
