/** Drag and drop by mouse or finger. Every drag has a twin by keyboard: toolbar, layers, menus. */
import {
  type Announcements,
  type CollisionDetection,
  DndContext,
  type DragEndEvent,
  DragOverlay,
  PointerSensor,
  pointerWithin,
  useSensor,
  useSensors,
} from '@dnd-kit/core';
import { Paper } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Row } from '../../parts/email-document/types';
import type { Place } from './model/edit';
import { useDeeds } from './use-deeds';

/** What is being dragged. `name` is shown beside the pointer. */
export type Carried = { name: string } & (
  | { kind: 'new'; type: string }
  | { kind: 'saved'; row: Row }
  | { kind: 'block'; id: string }
  | { kind: 'row'; id: string }
);

const nothing = () => undefined;

/** What was done is said by the deeds themselves, in the reader's language. */
const SILENT: Announcements = {
  onDragStart: nothing,
  onDragOver: nothing,
  onDragEnd: nothing,
  onDragCancel: nothing,
};

/** Pixels the pointer moves before it is a drag and no click. */
const DISTANCE = 6;

/** Gaps between rows win over the columns they overlap. */
const collisions: CollisionDetection = (options) => {
  const within = pointerWithin(options);
  const rows = within.filter(({ id }) => String(id).startsWith('row/'));
  return rows.length > 0 ? rows : within;
};

export function EditorDnd({ children }: { children: ReactNode }) {
  const { t } = useTranslation('editor');
  const deeds = useDeeds();
  const [carried, setCarried] = useState<Carried>();
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: DISTANCE } }));
  const end = ({ active, over }: DragEndEvent) => {
    setCarried(undefined);
    const what = active.data.current as Carried | undefined;
    const place = over?.data.current?.['place'] as Place | undefined;
    if (what === undefined || place === undefined) return;
    if (what.kind === 'new') deeds.insertNew(what.type, place);
    else if (what.kind === 'saved' && place.kind === 'row') deeds.insertSaved(what.row, place.index);
    else if (what.kind !== 'saved') deeds.moveTo({ kind: what.kind, id: what.id }, place);
  };
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={collisions}
      accessibility={{ announcements: SILENT, screenReaderInstructions: { draggable: t('drag.help') } }}
      onDragStart={({ active }) => setCarried(active.data.current as Carried)}
      onDragEnd={end}
      onDragCancel={() => setCarried(undefined)}
    >
      {children}
      <DragOverlay dropAnimation={null} style={{ pointerEvents: 'none', width: 'max-content' }}>
        {carried !== undefined && (
          <Paper shadow="md" withBorder px="sm" py={6} fz="sm" fw={500}>
            {carried.name}
          </Paper>
        )}
      </DragOverlay>
    </DndContext>
  );
}
