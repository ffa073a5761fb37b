/**
 * Changes of a document. Every function is pure and gives a new document, or the same one if there is nothing
 * to do or a limit of the server would be passed (100 rows, 4 columns a row, 50 blocks a column).
 */
import {
  type Block,
  type Column,
  type DocumentSettings,
  type EmailDocument,
  LIMITS,
  type Row,
} from '../../../parts/email-document/types';

/** A place for a block: before the `index`th block of a column, or in a new row of its own. */
export type Place =
  | { kind: 'column'; row: string; column: number; index: number }
  | { kind: 'row'; index: number };

/** Where a block is. */
export interface Found {
  block: Block;
  row: Row;
  rowIndex: number;
  column: number;
  index: number;
}

/** The block with this id. */
export function findBlock(document: EmailDocument, id: string): Found | undefined {
  for (const [rowIndex, row] of document.rows.entries()) {
    for (const [column, { blocks }] of row.columns.entries()) {
      const index = blocks.findIndex((block) => block.id === id);
      const block = blocks[index];
      if (block !== undefined) return { block, row, rowIndex, column, index };
    }
  }
  return undefined;
}

/** The row with this id, and where it is. */
export function findRow(document: EmailDocument, id: string): { row: Row; index: number } | undefined {
  const index = document.rows.findIndex((row) => row.id === id);
  const row = document.rows[index];
  return row === undefined ? undefined : { row, index };
}

/** Every id of rows and blocks. */
export function allIds(document: EmailDocument): Set<string> {
  const blocks = document.rows.flatMap((row) => row.columns.flatMap((column) => column.blocks));
  return new Set([...document.rows, ...blocks].map(({ id }) => id));
}

/** A name nobody has yet: `text-2`. It is added to `taken`. */
export function freshId(taken: Set<string>, word: string): string {
  for (let n = 1; ; n += 1) {
    const id = `${word}-${n}`;
    if (taken.has(id)) continue;
    taken.add(id);
    return id;
  }
}

function withRows(document: EmailDocument, rows: Row[]): EmailDocument {
  return rows.length > LIMITS.rows ? document : { ...document, rows };
}

function mapRow(document: EmailDocument, id: string, change: (row: Row) => Row): EmailDocument {
  return withRows(
    document,
    document.rows.map((row) => (row.id === id ? change(row) : row)),
  );
}

function mapColumn(row: Row, at: number, change: (blocks: Block[]) => Block[]): Row {
  const columns = row.columns.map((column, n) =>
    n === at ? { ...column, blocks: change(column.blocks) } : column,
  );
  return { ...row, columns };
}

/** The row a lone block gets: one column. */
export function rowOf(taken: Set<string>, block: Block): Row {
  return { id: freshId(taken, 'row'), columns: [{ blocks: [block] }] };
}

/** Puts a block somewhere. */
export function insertBlock(document: EmailDocument, place: Place, block: Block): EmailDocument {
  if (place.kind === 'row')
    return insertRow(document, place.index, rowOf(allIds(document).add(block.id), block));
  const target = findRow(document, place.row)?.row.columns[place.column];
  if (target === undefined || target.blocks.length >= LIMITS.blocks) return document;
  return mapRow(document, place.row, (row) =>
    mapColumn(row, place.column, (blocks) => blocks.toSpliced(place.index, 0, block)),
  );
}

/** Takes a block away. A row that had nothing else goes with it. */
export function removeBlock(document: EmailDocument, id: string): EmailDocument {
  const found = findBlock(document, id);
  if (found === undefined) return document;
  const lone = found.row.columns.every(({ blocks }) => blocks.every((block) => block.id === id));
  if (lone && document.rows.length > 1) return removeRow(document, found.row.id);
  return mapRow(document, found.row.id, (row) =>
    mapColumn(row, found.column, (blocks) => blocks.toSpliced(found.index, 1)),
  );
}

/** Moves a block to a place that is meant in the document as it is before the move. */
export function moveBlock(document: EmailDocument, id: string, place: Place): EmailDocument {
  const found = findBlock(document, id);
  if (found === undefined) return document;
  if (place.kind === 'column' && place.row === found.row.id && place.column === found.column) {
    const to = place.index > found.index ? place.index - 1 : place.index;
    if (to === found.index) return document;
    return mapRow(document, place.row, (row) =>
      mapColumn(row, place.column, (blocks) =>
        blocks.toSpliced(found.index, 1).toSpliced(to, 0, found.block),
      ),
    );
  }
  // Inserted first and under another name, so that a row left empty can go without moving the target.
  const hidden = '\u0000moving';
  const renamed = updateBlockRaw(document, id, { ...found.block, id: hidden });
  const inserted = insertBlock(renamed, place, found.block);
  return inserted === renamed ? document : removeBlock(inserted, hidden);
}

function updateBlockRaw(document: EmailDocument, id: string, next: Block): EmailDocument {
  const found = findBlock(document, id);
  if (found === undefined) return document;
  return mapRow(document, found.row.id, (row) =>
    mapColumn(row, found.column, (blocks) => blocks.map((block) => (block.id === id ? next : block))),
  );
}

/** Changes fields of a block; a field given as undefined is taken away. */
export function updateBlock(document: EmailDocument, id: string, changes: Partial<Block>): EmailDocument {
  const found = findBlock(document, id);
  if (found === undefined) return document;
  return updateBlockRaw(document, id, compact({ ...found.block, ...changes }) as Block);
}

function compact(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** A step up or down for a block: within its column, then into the rows around it. */
export function stepBlock(document: EmailDocument, id: string, step: -1 | 1): EmailDocument {
  const found = findBlock(document, id);
  if (found === undefined) return document;
  const { row, column, index, rowIndex } = found;
  const length = row.columns[column]?.blocks.length ?? 0;
  const within = index + step;
  if (within >= 0 && within < length) {
    const to = step === 1 ? index + 2 : index - 1;
    return moveBlock(document, id, { kind: 'column', row: row.id, column, index: to });
  }
  const next = document.rows[rowIndex + step];
  if (next === undefined) return document;
  const at = Math.min(column, next.columns.length - 1);
  const end = next.columns[at]?.blocks.length ?? 0;
  return moveBlock(document, id, { kind: 'column', row: next.id, column: at, index: step === 1 ? 0 : end });
}

/** A copy of a block right below it. Answers the new id too. */
export function duplicateBlock(document: EmailDocument, id: string): [EmailDocument, string] {
  const found = findBlock(document, id);
  if (found === undefined) return [document, id];
  const copy = { ...structuredClone(found.block), id: freshId(allIds(document), found.block.type) };
  const place = { kind: 'column', row: found.row.id, column: found.column, index: found.index + 1 } as const;
  const next = insertBlock(document, place, copy);
  return [next, next === document ? id : copy.id];
}

/** A row with ids nobody has yet: for saved rows and copies. */
export function adoptRow(document: EmailDocument, row: Row): Row {
  const taken = allIds(document);
  const columns = structuredClone(row.columns).map((column) => ({
    ...column,
    blocks: column.blocks.map((block) => ({ ...block, id: freshId(taken, block.type) })),
  }));
  return { ...structuredClone(row), id: freshId(taken, 'row'), columns };
}

/** Puts a row somewhere. */
export function insertRow(document: EmailDocument, index: number, row: Row): EmailDocument {
  return withRows(document, document.rows.toSpliced(index, 0, row));
}

/** Takes a row away; the last one stays. */
export function removeRow(document: EmailDocument, id: string): EmailDocument {
  if (document.rows.length <= 1) return document;
  return withRows(
    document,
    document.rows.filter((row) => row.id !== id),
  );
}

/** Moves a row before the `to`th, counted before the move. */
export function moveRow(document: EmailDocument, id: string, to: number): EmailDocument {
  const found = findRow(document, id);
  if (found === undefined) return document;
  const at = to > found.index ? to - 1 : to;
  if (at === found.index || at < 0 || at >= document.rows.length) return document;
  return withRows(document, document.rows.toSpliced(found.index, 1).toSpliced(at, 0, found.row));
}

/** A copy of a row right below it. Answers the new id too. */
export function duplicateRow(document: EmailDocument, id: string): [EmailDocument, string] {
  const found = findRow(document, id);
  if (found === undefined) return [document, id];
  const copy = adoptRow(document, found.row);
  const next = insertRow(document, found.index + 1, copy);
  return [next, next === document ? id : copy.id];
}

/** Changes fields of a row; a field given as undefined is taken away. */
export function updateRow(document: EmailDocument, id: string, changes: Partial<Row>): EmailDocument {
  return mapRow(document, id, (row) => compact({ ...row, ...changes }) as Row);
}

/** Gives a row columns of these widths (percent); blocks of columns that go move into the last that stays. */
export function setColumns(document: EmailDocument, id: string, widths: number[]): EmailDocument {
  if (widths.length === 0 || widths.length > LIMITS.columns) return document;
  return mapRow(document, id, (row) => {
    const columns: Column[] = widths.map((width, n) => ({
      ...(widths.length === 1 ? {} : { width }),
      blocks: row.columns[n]?.blocks ?? [],
    }));
    const rest = row.columns.slice(widths.length).flatMap(({ blocks }) => blocks);
    const last = columns.at(-1);
    if (last !== undefined) last.blocks = [...last.blocks, ...rest];
    return { ...row, columns };
  });
}

/** Changes what holds for the whole email; undefined goes back to the default. */
export function updateSettings(document: EmailDocument, changes: DocumentSettings): EmailDocument {
  return { ...document, settings: compact({ ...document.settings, ...changes }) };
}
