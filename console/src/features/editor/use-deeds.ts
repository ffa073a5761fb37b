/** What can be done with what is chosen: the same deeds for buttons, keys, menus and drags, each said aloud. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { starterOf } from '../../parts/email-document/starters';
import type { Block, Row } from '../../parts/email-document/types';
import { type EditorState, useEditor } from './editor-state';
import * as edit from './model/edit';
import type { Target } from './model/pointer';
import { useBlockName } from './use-names';

export interface Deeds {
  insertNew: (kind: string, place: edit.Place) => void;
  insertSaved: (row: Row, index: number) => void;
  moveTo: (target: Target, place: edit.Place) => void;
  step: (target: Target, step: -1 | 1) => void;
  duplicate: (target: Target) => void;
  remove: (target: Target) => void;
  /** The place right after what is chosen, or the end. */
  after: (target: Target) => edit.Place;
}

export function useDeeds(): Deeds {
  const editor = useEditor();
  const name = useBlockName();
  const { t } = useTranslation('editor');
  return useMemo(() => deeds(editor, name, t), [editor, name, t]);
}

type Translate = ReturnType<typeof useTranslation<'editor'>>['t'];

function deeds(editor: EditorState, name: (kind: string) => string, t: Translate): Deeds {
  const { document, brand, choose, say } = editor;
  const done = (key: string, what: string, target?: Target) => {
    say(t(`said.${key}`, { what }));
    if (target !== undefined) choose(target);
  };
  const nameOf = (target: Target) => {
    if (target.kind !== 'block' || document === undefined) return t('row.name');
    return name(edit.findBlock(document, target.id)?.block.type ?? '');
  };
  return {
    insertNew(kind, place) {
      if (document === undefined) return;
      const block: Block = {
        id: edit.freshId(edit.allIds(document), kind),
        type: kind,
        ...starterOf(kind, brand),
      };
      editor.edit(`insert ${block.id}`, (now) => edit.insertBlock(now, place, block));
      done('inserted', name(kind), { kind: 'block', id: block.id });
    },
    insertSaved(row, index) {
      if (document === undefined) return;
      const own = edit.adoptRow(document, row);
      editor.edit(`insert ${own.id}`, (now) => edit.insertRow(now, index, own));
      done('inserted', t('row.name'), { kind: 'row', id: own.id });
    },
    moveTo(target, place) {
      if (target.kind === 'block')
        editor.edit(`move ${target.id}`, (now) => edit.moveBlock(now, target.id, place));
      else if (target.kind === 'row' && place.kind === 'row') {
        editor.edit(`move ${target.id}`, (now) => edit.moveRow(now, target.id, place.index));
      }
      done('moved', nameOf(target), target);
    },
    step(target, step) {
      if (target.kind === 'block') {
        editor.edit(`move ${target.id} ${step}`, (now) => edit.stepBlock(now, target.id, step));
      } else if (target.kind === 'row') {
        editor.edit(`move ${target.id} ${step}`, (now) => {
          const index = edit.findRow(now, target.id)?.index ?? 0;
          return edit.moveRow(now, target.id, step === 1 ? index + 2 : index - 1);
        });
      }
      done(step === 1 ? 'movedDown' : 'movedUp', nameOf(target));
    },
    duplicate(target) {
      if (document === undefined || target.kind === 'email') return;
      const [next, id] =
        target.kind === 'block'
          ? edit.duplicateBlock(document, target.id)
          : edit.duplicateRow(document, target.id);
      editor.edit(`copy ${id}`, () => next);
      done('duplicated', nameOf(target), { kind: target.kind, id });
    },
    remove(target) {
      const what = nameOf(target);
      if (target.kind === 'block')
        editor.edit(`remove ${target.id}`, (now) => edit.removeBlock(now, target.id));
      else if (target.kind === 'row')
        editor.edit(`remove ${target.id}`, (now) => edit.removeRow(now, target.id));
      done('removed', what, { kind: 'email' });
    },
    after(target) {
      const end = document?.rows.length ?? 0;
      if (document === undefined || target.kind === 'email')
        return { kind: 'row', index: Math.max(0, beforeFooter(document?.rows ?? [])) };
      if (target.kind === 'row')
        return { kind: 'row', index: (edit.findRow(document, target.id)?.index ?? end - 1) + 1 };
      const found = edit.findBlock(document, target.id);
      if (found === undefined) return { kind: 'row', index: end };
      return { kind: 'column', row: found.row.id, column: found.column, index: found.index + 1 };
    },
  };
}

/** New things go above the foot, which stays last. */
function beforeFooter(rows: Row[]): number {
  const last = rows.at(-1);
  const foot = last?.columns.some(({ blocks }) => blocks.some(({ type }) => type === 'footer')) ?? false;
  return foot ? rows.length - 1 : rows.length;
}
