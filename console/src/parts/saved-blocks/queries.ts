/** Rows of emails that were saved for further ones. */
import { api, type Schema, send } from '../../api/client';
import type { Row } from '../email-document/types';

export type SavedBlock = Schema<'SavedBlockOut'>;

/** All of them, newest first. */
export const savedBlocksQuery = () =>
  api.queryOptions('get', '/api/v1/saved-blocks', { params: { query: { limit: 200 } } });

/** The row of a saved block, as documents have it. */
export function rowOfSaved(saved: SavedBlock): Row {
  return saved.row as unknown as Row;
}

/** Saves a row under a name. */
export async function saveRow(name: string, row: Row): Promise<void> {
  await send.POST('/api/v1/saved-blocks', { body: { name, row: row as unknown as SavedBlock['row'] } });
}

/** Gives a saved block another name. */
export async function renameSaved(saved: SavedBlock, name: string): Promise<void> {
  await send.PATCH('/api/v1/saved-blocks/{id}', {
    params: { path: { id: saved.id }, header: { 'If-Match': `"${saved.version}"` } },
    body: { name },
  });
}

/** Removes a saved block. Emails that took it stay as they are. */
export async function removeSaved(id: string): Promise<void> {
  await send.DELETE('/api/v1/saved-blocks/{id}', { params: { path: { id } } });
}
