/** Tags of the store. */
import { send } from '../../api/client';
import { refresh } from '../../lib/query-client';

const changed = () => refresh('/api/v1/tags', '/api/v1/contacts', '/api/v1/segments');

/** Makes a tag. */
export async function createTag(name: string): Promise<void> {
  await send.POST('/api/v1/tags', { body: { name } });
  await changed();
}

/** Gives a tag another name; contacts keep it. */
export async function renameTag(id: string, name: string): Promise<void> {
  await send.PATCH('/api/v1/tags/{id}', { params: { path: { id } }, body: { name } });
  await changed();
}

/** Takes a tag from all contacts and then out of the store, in the background; answers the job's id. */
export async function deleteTag(id: string): Promise<string> {
  const { data } = await send.DELETE('/api/v1/tags/{id}', { params: { path: { id } } });
  await refresh('/api/v1/jobs');
  if (data === undefined) throw new Error('the job was not answered');
  return data.job;
}

/** Brings lists up to date after a job. */
export const afterJob = changed;
