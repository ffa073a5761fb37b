/** Custom fields ("attributes" of the API). */
import { api, type Schema, send } from '../../api/client';
import { refresh } from '../../lib/query-client';

export type Attribute = Schema<'AttributeOut'>;

export const attributesQuery = () => api.queryOptions('get', '/api/v1/attributes');

const changed = () => refresh('/api/v1/attributes', '/api/v1/contacts', '/api/v1/segments');

/** Makes a custom field. */
export async function createAttribute(body: Schema<'AttributeIn'>): Promise<void> {
  await send.POST('/api/v1/attributes', { body });
  await changed();
}

/** Changes label and purpose. */
export async function saveAttribute(id: string, body: Schema<'AttributePatch'>): Promise<void> {
  await send.PATCH('/api/v1/attributes/{id}', { params: { path: { id } }, body });
  await changed();
}

/** Takes a field from all contacts and then out of the store, in the background; answers the job's id. */
export async function deleteAttribute(id: string): Promise<string> {
  const { data } = await send.DELETE('/api/v1/attributes/{id}', { params: { path: { id } } });
  await refresh('/api/v1/jobs');
  if (data === undefined) throw new Error('the job was not answered');
  return data.job;
}

/** Brings lists up to date after a job. */
export const afterJob = changed;
