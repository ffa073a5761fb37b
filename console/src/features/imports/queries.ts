/** Imports: the list, one, its file's look, its mapping, its deeds and its problems. */
import { queryOptions } from '@tanstack/react-query';
import { api, fileAddress, type Schema, send } from '../../api/client';
import { refresh } from '../../lib/query-client';
import { type UploadOptions, upload } from '../../lib/upload';

export type Import = Schema<'ImportOut'>;
export type Look = Schema<'LookOut'>;
export type Mapping = Schema<'MappingIn'>;
export type ColumnPlan = Schema<'ColumnPlan'>;
export type Target = Schema<'Target'>;
export type ConsentValue = Schema<'ConsentValue'>;
export type Counts = Schema<'Counts'>;

export const PAGE = 50;
/** Largest file the server takes: 2 GiB. */
export const FILE_MAX = 2 * 1024 ** 3;

export const importsQuery = (after: string | undefined) =>
  api.queryOptions('get', '/api/v1/imports', { params: { query: { limit: PAGE, after } } });

export const importQuery = (id: string) =>
  api.queryOptions('get', '/api/v1/imports/{id}', { params: { path: { id } } });

export const undertakingQuery = () => ({
  ...api.queryOptions('get', '/api/v1/imports/undertaking'),
  staleTime: Number.POSITIVE_INFINITY,
});

export const attributesQuery = () => api.queryOptions('get', '/api/v1/attributes');

/** The file as it is read now, with samples; saying the mapping again is how the server is asked for them. */
export const lookQuery = (item: Import) =>
  queryOptions({
    queryKey: ['import-look', item.id],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => putMapping(item.id, item.mapping),
  });

/** Says what the file is and what its columns become; answers how it is read then. */
export async function putMapping(id: string, body: Mapping): Promise<Look> {
  const { data } = await send.PUT('/api/v1/imports/{id}/mapping', { params: { path: { id } }, body });
  if (data === undefined) throw new Error('the mapping was not answered');
  return data;
}

/** Uploads a file; nothing is imported yet. */
export function uploadFile(file: File, options: UploadOptions): Promise<Look> {
  const store = fileAddress('/api/v1/imports');
  const sign = store.includes('?') ? '&' : '?';
  return upload<Look>(`${store}${sign}file_name=${encodeURIComponent(file.name)}`, file, options);
}

const changed = () => refresh('/api/v1/imports', '/api/v1/jobs');

/** Checks the whole file without storing anything. */
export async function checkImport(id: string): Promise<void> {
  await send.POST('/api/v1/imports/{id}/dry-run', { params: { path: { id } } });
  await changed();
}

/** Begins the import. */
export async function startImport(id: string, body: Schema<'StartIn'>): Promise<void> {
  await send.POST('/api/v1/imports/{id}/start', { params: { path: { id } }, body });
  await changed();
}

/** Stops the import; what was imported stays. */
export async function cancelImport(id: string): Promise<void> {
  await send.POST('/api/v1/imports/{id}/cancel', { params: { path: { id } } });
  await changed();
}

/** Takes the import back. */
export async function undoImport(id: string): Promise<void> {
  await send.POST('/api/v1/imports/{id}/undo', { params: { path: { id } } });
  await changed();
}

/** Removes an uploaded file that was not imported. */
export async function deleteImport(id: string): Promise<void> {
  await send.DELETE('/api/v1/imports/{id}', { params: { path: { id } } });
  await changed();
}

/** After an import everything about contacts may be different. */
export async function afterImport(): Promise<void> {
  await refresh(
    '/api/v1/imports',
    '/api/v1/contacts',
    '/api/v1/tags',
    '/api/v1/attributes',
    '/api/v1/suppressions',
  );
}

/** Where the file with all problems is. */
export const errorsAddress = (id: string) => fileAddress(`/api/v1/imports/${id}/errors`);

const PROBLEM_BYTES = 64 * 1024;

/** The beginning of the error file: enough for the first problems, whatever its size. */
export async function readErrorFile(id: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(errorsAddress(id), { signal });
  const reader = response.body?.getReader();
  if (!response.ok || reader === undefined) return '';
  const decoder = new TextDecoder();
  let text = '';
  while (text.length < PROBLEM_BYTES) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text;
}
