/** Files with contacts. */
import { api, type Schema, send } from '../../api/client';
import { refresh } from '../../lib/query-client';

export type Export = Schema<'ExportOut'>;
export const PAGE = 50;

export const exportsQuery = (after: string | undefined) =>
  api.queryOptions('get', '/api/v1/exports', { params: { query: { limit: PAGE, after } } });

/** Removes an export and its file. */
export async function deleteExport(id: string): Promise<void> {
  await send.DELETE('/api/v1/exports/{id}', { params: { path: { id } } });
  await refresh('/api/v1/exports');
}
