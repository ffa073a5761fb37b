/** The present store's settings and further stores. */
import { type Schema, send } from '../../api/client';

export { storeQuery } from '../../lib/session';

export type Store = Schema<'StoreOut'>;

/** Changes the store; `version` is what the change was made from (412 if it is older than the server's). */
export async function changeStore(version: number, body: Schema<'StorePatch'>): Promise<Store> {
  const { data } = await send.PATCH('/api/v1/store', { body, headers: { 'If-Match': `"${version}"` } });
  if (data === undefined) throw new Error('the change was not answered');
  return data;
}

/** Makes a further store. */
export async function makeStore(body: Schema<'StoreIn'>): Promise<Store> {
  const { data } = await send.POST('/api/v1/stores', { body });
  if (data === undefined) throw new Error('the store was not answered');
  return data;
}
