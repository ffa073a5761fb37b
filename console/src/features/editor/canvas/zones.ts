/** Where something can be dropped: gaps between blocks of a column, and between rows. */
import type { EmailDocument } from '../../../parts/email-document/types';
import type { Place } from '../model/edit';
import type { Box, Measured } from './measure';

export interface Zone {
  id: string;
  place: Place;
  /** Where the pointer may be. */
  area: Box;
  /** Where the line is drawn, from the top. */
  line: number;
}

/** How far from a row's edge the pointer is between rows. */
const EDGE = 12;

/** Gaps between rows: for rows, saved blocks, and blocks that get a row of their own. */
export function rowZones(email: EmailDocument, measured: Measured, edge = EDGE): Zone[] {
  const shown = email.rows.flatMap((row, index) => {
    const box = measured.rows.get(row.id);
    return box === undefined ? [] : [{ index, box }];
  });
  const zones = shown.map(({ index, box }) => zone({ kind: 'row', index }, box, box.top, edge));
  const last = shown.at(-1);
  if (last !== undefined) {
    const place: Place = { kind: 'row', index: last.index + 1 };
    zones.push(zone(place, last.box, last.box.top + last.box.height, edge));
  }
  return zones;
}

function zone(place: Place & { kind: 'row' }, box: Box, line: number, edge: number): Zone {
  const area = { left: box.left, top: line - edge, width: box.width, height: 2 * edge };
  return { id: `row/${place.index}`, place, area, line };
}

/** Whole rows as targets while a row is dragged: its upper half means before it, its lower half after. */
export function wideRowZones(email: EmailDocument, measured: Measured): Zone[] {
  return rowZones(email, measured).map((one, n, all) => {
    const before = all[n - 1]?.line ?? one.line - 80;
    const after = all[n + 1]?.line ?? one.line + 80;
    const top = (before + one.line) / 2;
    return { ...one, area: { ...one.area, top, height: (one.line + after) / 2 - top } };
  });
}

/** Gaps within the columns. */
export function blockZones(email: EmailDocument, measured: Measured): Zone[] {
  return email.rows.flatMap((row) =>
    row.columns.flatMap((column, at) => {
      const box = measured.columns.get(`${row.id}/${at}`);
      if (box === undefined) return [];
      const rowBox = measured.rows.get(row.id) ?? box;
      const shown = column.blocks.flatMap((block, index) => {
        const own = measured.blocks.get(block.id);
        return own === undefined ? [] : [{ index, box: own }];
      });
      return columnZones(
        { row: row.id, column: at },
        { ...box, top: rowBox.top, height: rowBox.height },
        shown,
      );
    }),
  );
}

function columnZones(
  at: { row: string; column: number },
  column: Box,
  blocks: { index: number; box: Box }[],
): Zone[] {
  const lines = [...blocks.map(({ box }) => box.top)];
  const last = blocks.at(-1);
  lines.push(last === undefined ? column.top + column.height / 2 : last.box.top + last.box.height);
  const middles = blocks.map(({ box }) => box.top + box.height / 2);
  const edges = [column.top, ...middles, column.top + column.height];
  return lines.map((line, n) => {
    const index = blocks[n]?.index ?? (last === undefined ? 0 : last.index + 1);
    const top = edges[n] ?? column.top;
    const bottom = edges[n + 1] ?? column.top + column.height;
    const area = { left: column.left, top, width: column.width, height: Math.max(8, bottom - top) };
    return { id: `${at.row}/${at.column}/${index}`, place: { kind: 'column', ...at, index }, area, line };
  });
}
