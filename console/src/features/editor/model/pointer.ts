/** From the server's JSON pointers to what they are about. */
import type { EmailDocument } from '../../../parts/email-document/types';

/** What is chosen in the editor, or what a problem is about. */
export type Target = { kind: 'email' } | { kind: 'row'; id: string } | { kind: 'block'; id: string };

const BLOCK = /^\/rows\/(\d+)\/columns\/(\d+)\/blocks\/(\d+)/;
const ROW = /^\/rows\/(\d+)/;

/** The row or block of a pointer into the document; everything else is about the email. */
export function targetOf(document: EmailDocument, pointer: string): Target {
  const block = BLOCK.exec(pointer);
  if (block !== null) {
    const [, row, column, index] = block.map(Number);
    const id = document.rows[row ?? -1]?.columns[column ?? -1]?.blocks[index ?? -1]?.id;
    if (id !== undefined) return { kind: 'block', id };
  }
  const row = ROW.exec(pointer);
  const id = document.rows[Number(row?.[1] ?? -1)]?.id;
  return id === undefined ? { kind: 'email' } : { kind: 'row', id };
}

/** The field a pointer names, below the block or row: `items/0/href`; empty if it is the whole. */
export function fieldOf(pointer: string): string {
  return pointer.replace(BLOCK, '').replace(ROW, '').replace(/^\//, '');
}

/**
 * The document with the blocks of these pointers replaced by a note, so that the rest can be drawn. A block
 * that is not complete yet (a picture without an address) must not make the canvas empty.
 */
export function withoutBroken(document: EmailDocument, pointers: string[], note: string): EmailDocument {
  const broken = new Set(
    pointers.map((pointer) => targetOf(document, pointer)).flatMap((t) => (t.kind === 'block' ? [t.id] : [])),
  );
  if (broken.size === 0) return document;
  const rows = document.rows.map((row) => ({
    ...row,
    columns: row.columns.map((column) => ({
      ...column,
      blocks: column.blocks.map((block) =>
        broken.has(block.id)
          ? { id: block.id, type: 'text', html: `<p>${note}</p>`, align: 'center', color: '#6b7280' }
          : block,
      ),
    })),
  }));
  return { ...document, rows };
}
