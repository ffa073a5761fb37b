/** Keys of the store. */
import { api, type Schema, send } from '../../api/client';

export type Key = Schema<'KeyOut'>;
export type Right = Schema<'Rights'>[number];

/** A page of keys, newest first. */
export const keysQuery = (after: string | undefined) =>
  api.queryOptions('get', '/api/v1/keys', { params: { query: { limit: 50, after } } });

/** Makes a key. Its text is in the answer and nowhere else. */
export async function makeKey(body: Schema<'KeyIn'>): Promise<Schema<'IssuedKeyOut'>> {
  const { data } = await send.POST('/api/v1/keys', { body });
  if (data === undefined) throw new Error('the key was not answered');
  return data;
}

/** Revokes a key, at once and for good. */
export async function revokeKey(id: string): Promise<void> {
  await send.DELETE('/api/v1/keys/{id}', { params: { path: { id } } });
}
