import { describe, expect, test } from 'vitest';
import type { Schema } from '../../api/client';
import { patchOf, typed, valuesOf } from './fields';
import type { Contact } from './queries';

const attribute = (name: string, type: Schema<'AttributeType'>) => ({ name, type }) as Schema<'AttributeOut'>;
const attributes = [attribute('points', 'integer'), attribute('gift', 'bool')];
const contact = {
  first_name: 'Ana',
  city: 'Lyon',
  attributes: { points: 4198 },
} as unknown as Contact;
const before = valuesOf(contact, attributes);

describe('what a form of a contact sends', () => {
  test('nothing if nothing changed, blanks around a text not counting', () => {
    expect(patchOf(before, { ...before, first_name: ' Ana ' }, attributes)).toBeUndefined();
  });

  test('only the fields that changed, emptied ones as null', () => {
    expect(patchOf(before, { ...before, first_name: 'Anna', city: '' }, attributes)).toEqual({
      first_name: 'Anna',
      city: null,
    });
  });

  test('custom fields in their own type', () => {
    const after = { ...before, attributes: { points: '12', gift: 'true' } };
    expect(patchOf(before, after, attributes)).toEqual({ attributes: { points: 12, gift: true } });
  });
});

test('a text that does not fit its type goes to the server as it is, which says what would be right', () => {
  expect(typed('many', 'integer')).toBe('many');
  expect(typed('', 'integer')).toBeNull();
});
