/** Views of a list: filters and columns under a name, one's own or for everybody in the store. */
import { api, type Schema, send } from '../../api/client';
import { refresh } from '../../lib/query-client';

export type View = Schema<'SavedViewOut'>;
export type List = Schema<'ViewedList'>;

const changed = () => refresh('/api/v1/views');

export const viewsQuery = (list: List) =>
  api.queryOptions('get', '/api/v1/views', { params: { query: { list } } });

/** Saves a view. */
export async function saveView(body: Schema<'SavedViewIn'>): Promise<void> {
  await send.POST('/api/v1/views', { body });
  await changed();
}

/** Changes what is named; the rest stays. */
export async function changeView(id: string, body: Schema<'SavedViewPatch'>): Promise<void> {
  await send.PATCH('/api/v1/views/{id}', { params: { path: { id } }, body });
  await changed();
}

/** Removes a view. */
export async function removeView(id: string): Promise<void> {
  await send.DELETE('/api/v1/views/{id}', { params: { path: { id } } });
  await changed();
}
