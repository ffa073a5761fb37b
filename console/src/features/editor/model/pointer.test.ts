import { expect, test } from 'vitest';
import type { EmailDocument } from '../../../parts/email-document/types';
import { fieldOf, targetOf, withoutBroken } from './pointer';

const email: EmailDocument = {
  schema: 1,
  rows: [
    {
      id: 'r1',
      columns: [
        {
          blocks: [
            { id: 'a', type: 'menu', items: [] },
            { id: 'b', type: 'image', src: '' },
          ],
        },
      ],
    },
  ],
};

test('a pointer leads to the block, row or email it is about', () => {
  expect(targetOf(email, '/rows/0/columns/0/blocks/1/src')).toEqual({ kind: 'block', id: 'b' });
  expect(targetOf(email, '/rows/0/padding')).toEqual({ kind: 'row', id: 'r1' });
  expect(targetOf(email, '/settings/width')).toEqual({ kind: 'email' });
  expect(targetOf(email, '/rows/7/columns/0/blocks/0')).toEqual({ kind: 'email' });
});

test('the field of a pointer is what is left below its block', () => {
  expect(fieldOf('/rows/0/columns/0/blocks/0/items/2/href')).toBe('items/2/href');
  expect(fieldOf('/rows/0/padding')).toBe('padding');
  expect(fieldOf('/settings/width')).toBe('settings/width');
});

test('blocks with issues are drawn as a note, the others as they are', () => {
  const drawn = withoutBroken(email, ['/rows/0/columns/0/blocks/1/src'], 'not complete');
  const blocks = drawn.rows[0]?.columns[0]?.blocks ?? [];
  expect(blocks.map(({ id, type }) => `${id} ${type}`)).toEqual(['a menu', 'b text']);
  expect(withoutBroken(email, ['/settings/width'], '')).toBe(email);
});
