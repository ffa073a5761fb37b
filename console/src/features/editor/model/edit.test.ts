import { describe, expect, test } from 'vitest';
import type { EmailDocument } from '../../../parts/email-document/types';
import * as edit from './edit';

const block = (id: string) => ({ id, type: 'text', html: `<p>${id}</p>` });
const email = (): EmailDocument => ({
  schema: 1,
  rows: [
    { id: 'r1', columns: [{ blocks: [block('a'), block('b')] }] },
    {
      id: 'r2',
      columns: [
        { width: 50, blocks: [block('c')] },
        { width: 50, blocks: [] },
      ],
    },
    { id: 'r3', columns: [{ blocks: [block('d')] }] },
  ],
});
/** Rows as `r1[a b]`, columns divided by `|`. */
const shape = (document: EmailDocument) =>
  document.rows
    .map((row) => `${row.id}[${row.columns.map((c) => c.blocks.map((b) => b.id).join(' ')).join('|')}]`)
    .join(' ');

describe('moving a block', () => {
  test('within its column counts places as they are before the move', () => {
    const place = { kind: 'column', row: 'r1', column: 0, index: 2 } as const;
    expect(shape(edit.moveBlock(email(), 'a', place))).toBe('r1[b a] r2[c|] r3[d]');
  });

  test('to where it is already changes nothing', () => {
    const before = email();
    for (const index of [0, 1]) {
      expect(edit.moveBlock(before, 'a', { kind: 'column', row: 'r1', column: 0, index })).toBe(before);
    }
  });

  test('out of a row that had nothing else takes the row along', () => {
    const place = { kind: 'column', row: 'r2', column: 1, index: 0 } as const;
    expect(shape(edit.moveBlock(email(), 'd', place))).toBe('r1[a b] r2[c|d]');
  });

  test('between rows gives it a row of its own', () => {
    expect(shape(edit.moveBlock(email(), 'b', { kind: 'row', index: 3 }))).toBe(
      'r1[a] r2[c|] r3[d] row-1[b]',
    );
  });

  test('step by step goes through columns into the rows around', () => {
    const down = edit.stepBlock(email(), 'b', 1);
    expect(shape(down)).toBe('r1[a] r2[b c|] r3[d]');
    expect(shape(edit.stepBlock(down, 'b', -1))).toBe('r1[a b] r2[c|] r3[d]');
    const top = email();
    expect(edit.stepBlock(top, 'a', -1)).toBe(top);
  });
});

test('a copy of a block stands below it under a name nobody had', () => {
  const [copied, id] = edit.duplicateBlock(email(), 'a');
  expect([shape(copied), id]).toEqual(['r1[a text-1 b] r2[c|] r3[d]', 'text-1']);
});

test('a row that comes from elsewhere gets names nobody has', () => {
  const adopted = edit.adoptRow(email(), { id: 'r1', columns: [{ blocks: [block('a'), block('b')] }] });
  const whole = edit.insertRow(email(), 1, adopted);
  expect(edit.allIds(whole).size).toBe(3 + 4 + 3);
});

test('rows move by place, and the last one can’t be removed', () => {
  expect(shape(edit.moveRow(email(), 'r1', 3))).toBe('r2[c|] r3[d] r1[a b]');
  expect(shape(edit.moveRow(email(), 'r3', 0))).toBe('r3[d] r1[a b] r2[c|]');
  const one: EmailDocument = { schema: 1, rows: [{ id: 'r', columns: [{ blocks: [] }] }] };
  expect(edit.removeRow(one, 'r')).toBe(one);
});

test('blocks of columns that go move into the last column that stays', () => {
  const wide = edit.setColumns(email(), 'r1', [33, 33, 33]);
  expect(wide.rows[0]?.columns.map(({ width }) => width)).toEqual([33, 33, 33]);
  const back = edit.setColumns(
    edit.moveBlock(wide, 'b', { kind: 'column', row: 'r1', column: 2, index: 0 }),
    'r1',
    [100],
  );
  expect(back.rows[0]).toEqual({ id: 'r1', columns: [{ blocks: [block('a'), block('b')] }] });
});

test('the limits of the server are kept', () => {
  const many: EmailDocument = {
    schema: 1,
    rows: [{ id: 'r', columns: [{ blocks: Array.from({ length: 50 }, (_, n) => block(`b${n}`)) }] }],
  };
  expect(edit.insertBlock(many, { kind: 'column', row: 'r', column: 0, index: 0 }, block('x'))).toBe(many);
  const rows: EmailDocument = {
    schema: 1,
    rows: Array.from({ length: 100 }, (_, n) => ({ id: `r${n}`, columns: [{ blocks: [] }] })),
  };
  expect(edit.insertBlock(rows, { kind: 'row', index: 0 }, block('x'))).toBe(rows);
  expect(edit.setColumns(many, 'r', [20, 20, 20, 20, 20])).toBe(many);
});

test('a field that is emptied is taken away, not sent as undefined', () => {
  const changed = edit.updateBlock(email(), 'a', { html: '<p>new</p>', visible_if: undefined });
  expect(edit.findBlock(changed, 'a')?.block).toEqual({ id: 'a', type: 'text', html: '<p>new</p>' });
});
