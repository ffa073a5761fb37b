/** Hit boxes over the drawn email: choose, drag, insert, and the bar of what is chosen. */
import { useDndContext, useDraggable, useDroppable } from '@dnd-kit/core';
import { IconGripVertical, IconPlus } from '@tabler/icons-react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { summaryOf } from '../../../parts/email-document/summary';
import type { Block, EmailDocument, Row } from '../../../parts/email-document/types';
import { BlockMenu } from '../block-menu';
import type { Carried } from '../dnd';
import { useEditor } from '../editor-state';
import type { Target } from '../model/pointer';
import { useDeeds } from '../use-deeds';
import { useTargetKeys } from '../use-keys';
import { useBlockName } from '../use-names';
import { BlockBar } from './block-bar';
import type { Box, Measured } from './measure';
import { blockZones, rowZones, wideRowZones, type Zone } from './zones';

interface OverlayProps {
  email: EmailDocument;
  measured: Measured;
  problems: Set<string>;
}

export function Overlay({ email, measured, problems }: OverlayProps) {
  const { editable, chosen, writing } = useEditor();
  const { active } = useDndContext();
  const box =
    chosen.kind === 'block'
      ? measured.blocks.get(chosen.id)
      : chosen.kind === 'row'
        ? measured.rows.get(chosen.id)
        : undefined;
  return (
    <>
      {email.rows.map((row, index) => (
        <RowHits key={row.id} row={row} index={index} measured={measured} problems={problems} />
      ))}
      {editable && active === null && writing === undefined && <RowGaps email={email} measured={measured} />}
      {editable &&
        active === null &&
        writing === undefined &&
        box !== undefined &&
        chosen.kind !== 'email' && <BlockBar target={chosen} box={box} />}
      {active !== null && (
        <Zones email={email} measured={measured} carried={active.data.current as Carried} />
      )}
    </>
  );
}

const at = ({ left, top, width, height }: Box) => ({ left, top, width, height });

/** Smallest height of something to press (WCAG 2.5.8), in pixels. */
const TARGET = 24;

/** The box of a block, at least as high as a finger needs. */
function hittable({ left, top, width, height }: Box): Box {
  const missing = Math.max(0, TARGET - height);
  return { left, top: top - missing / 2, width, height: height + missing };
}

function RowHits(props: { row: Row; index: number; measured: Measured; problems: Set<string> }) {
  const { row, index, measured, problems } = props;
  const { t } = useTranslation('editor');
  const { chosen, choose, editable } = useEditor();
  const keys = useTargetKeys();
  const target: Target = { kind: 'row', id: row.id };
  const name = t('row.numbered', { number: index + 1 });
  const drag = useDraggable({
    id: `row:${row.id}`,
    data: { kind: 'row', id: row.id, name } satisfies Carried,
    disabled: !editable,
  });
  const box = measured.rows.get(row.id);
  const isChosen = chosen.kind === 'row' && chosen.id === row.id;
  return (
    <>
      {box !== undefined && (
        <>
          {isChosen && <div className="sp-row-frame" style={at(box)} />}
          <button
            ref={drag.setNodeRef}
            {...drag.listeners}
            type="button"
            className="sp-row-handle"
            data-chosen={isChosen || undefined}
            aria-label={t('row.choose', { name })}
            aria-pressed={isChosen}
            style={{ top: box.top, height: Math.min(box.height, 48) }}
            onClick={() => choose(target)}
            onKeyDown={(event) => keys(event, target)}
          >
            <IconGripVertical size={16} aria-hidden />
          </button>
        </>
      )}
      {row.columns.flatMap(({ blocks }) =>
        blocks.map((block) => (
          <Hit
            key={block.id}
            block={block}
            box={measured.blocks.get(block.id)}
            problem={problems.has(block.id)}
          />
        )),
      )}
    </>
  );
}

function Hit({ block, box, problem }: { block: Block; box: Box | undefined; problem: boolean }) {
  const { t } = useTranslation('editor');
  const { chosen, choose, write, editable } = useEditor();
  const keys = useTargetKeys();
  const name = useBlockName()(block.type);
  const target: Target = { kind: 'block', id: block.id };
  const drag = useDraggable({
    id: `block:${block.id}`,
    data: { kind: 'block', id: block.id, name } satisfies Carried,
    disabled: !editable,
  });
  if (box === undefined) return null;
  const isChosen = chosen.kind === 'block' && chosen.id === block.id;
  const writes = editable && block.type === 'text' && !problem;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && isChosen && writes) {
      event.preventDefault();
      write(block.id);
    } else keys(event, target);
  };
  const summary = summaryOf(block);
  return (
    <button
      ref={drag.setNodeRef}
      {...drag.listeners}
      type="button"
      className="sp-hit"
      data-block={block.id}
      data-chosen={isChosen || undefined}
      data-problem={problem || undefined}
      aria-pressed={isChosen}
      aria-label={summary === '' ? name : t('block.named', { name, summary })}
      style={at(hittable(box))}
      onClick={() => (isChosen && writes ? write(block.id) : choose(target))}
      onDoubleClick={() => writes && write(block.id)}
      onKeyDown={onKeyDown}
    />
  );
}

/** A plus between rows. */
function RowGaps({ email, measured }: { email: EmailDocument; measured: Measured }) {
  const { t } = useTranslation('editor');
  const deeds = useDeeds();
  return rowZones(email, measured).map(({ id, place, line }) => (
    <BlockMenu
      key={id}
      onPick={(kind) => deeds.insertNew(kind, place)}
      target={
        <button
          type="button"
          className="sp-add-row"
          style={{ top: line }}
          aria-label={t('row.insertHere', { number: place.kind === 'row' ? place.index + 1 : 0 })}
        >
          <IconPlus size={16} aria-hidden />
        </button>
      }
    />
  ));
}

function Zones({ email, measured, carried }: { email: EmailDocument; measured: Measured; carried: Carried }) {
  const onlyRows = carried.kind === 'row' || carried.kind === 'saved';
  const zones = onlyRows
    ? wideRowZones(email, measured)
    : [...blockZones(email, measured), ...rowZones(email, measured)];
  return zones.map((zone) => <DropZone key={zone.id} zone={zone} />);
}

function DropZone({ zone }: { zone: Zone }) {
  const { setNodeRef, isOver } = useDroppable({ id: zone.id, data: { place: zone.place } });
  return (
    <>
      <div ref={setNodeRef} className="sp-zone" style={at(zone.area)} />
      {isOver && (
        <div
          className="sp-zone-line"
          style={{ left: zone.area.left, width: zone.area.width, top: zone.line }}
        />
      )}
    </>
  );
}
