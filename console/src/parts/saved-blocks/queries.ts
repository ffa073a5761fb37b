/** Rows of emails that were saved for further ones. */
import { send } from '../../api/client';
import type { Row } from '../email-document/types';

export interface SavedBlock {
  id: string;
  name: string;
  row: Record<string, unknown>;
  version: number;
  updated_at: string;
}
const raw = send as unknown as Record<
  'GET' | 'POST' | 'PATCH' | 'DELETE',
  (p: string, o?: object) => Promise<{ data: { items: SavedBlock[]; next: string | null } }>
>;

/** All of them, newest first. */
export const savedBlocksQuery = () => ({
  queryKey: ['get', '/api/v1/saved-blocks'],
  queryFn: async () => (await raw.GET('/api/v1/saved-blocks', { params: { query: { limit: 200 } } })).data,
});

/** The row of a saved block, as documents have it. */
export function rowOfSaved(saved: SavedBlock): Row {
  return saved.row as unknown as Row;
}

/** Saves a row under a name. */
export async function saveRow(name: string, row: Row): Promise<void> {
  await raw.POST('/api/v1/saved-blocks', { body: { name, row: row as unknown as SavedBlock['row'] } });
}

/** Gives a saved block another name. */
export async function renameSaved(saved: SavedBlock, name: string): Promise<void> {
  await raw.PATCH('/api/v1/saved-blocks/{id}', {
    params: { path: { id: saved.id }, header: { 'If-Match': `"${saved.version}"` } },
    body: { name },
  });
}

/** Removes a saved block. Emails that took it stay as they are. */
export async function removeSaved(id: string): Promise<void> {
  await raw.DELETE('/api/v1/saved-blocks/{id}', { params: { path: { id } } });
}
