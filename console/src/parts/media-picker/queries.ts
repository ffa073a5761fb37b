/** The media library: list, upload with progress, change, crop, remove. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { currentStore, type Schema, send, standardHeaders } from '../../api/client';
import { ApiError, problemFrom } from '../../api/problem';

export type Media = Schema<'MediaOut'>;
export type MediaKind = Schema<'MediaKind'>;
export type Place = Schema<'MediaPlace'>;

const PAGE = 48;

/** The key of everything about media, to make it fresh. */
export const mediaKey = ['media'] as const;

/** The library, newest first, page by page. */
export const mediaQuery = (wanted: { search?: string; kind?: MediaKind }) =>
  infiniteQueryOptions({
    queryKey: [...mediaKey, 'list', currentStore(), wanted],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...wanted, limit: PAGE, after: pageParam };
      const { data } = await send.GET('/api/v1/media', { params: { query }, signal });
      return data as Schema<'Page_MediaOut'>;
    },
    getNextPageParam: (page) => page.next ?? undefined,
  });

/** One item. */
export const itemQuery = (id: string) =>
  queryOptions({
    queryKey: [...mediaKey, 'item', currentStore(), id],
    queryFn: async ({ signal }) => {
      const { data } = await send.GET('/api/v1/media/{id}', { params: { path: { id } }, signal });
      return data as Media;
    },
  });

/** Room taken and left, and the statement that goes with every upload. */
export const usageQuery = () =>
  queryOptions({
    queryKey: [...mediaKey, 'usage', currentStore()],
    queryFn: async ({ signal }) => {
      const { data } = await send.GET('/api/v1/media/usage', { signal });
      return data as Schema<'MediaUsageOut'>;
    },
  });

/** What goes with a file. */
export interface UploadFields {
  attestation: string;
  name?: string;
  alt?: string;
  keep_place?: boolean;
  captured_at?: string;
  place?: Place;
  consent_reference?: string;
}

/** Uploads a file. `onProgress` gets the share that is sent, 0 to 1. The typed client can't say how far it is. */
export function uploadMedia(
  file: File,
  fields: UploadFields,
  onProgress: (share: number) => void,
  signal?: AbortSignal,
): Promise<Media> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/api/v1/media');
    for (const [name, value] of Object.entries(standardHeaders())) request.setRequestHeader(name, value);
    request.responseType = 'text';
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(new ApiError({ status: 0, code: 'unreachable', title: '', detail: '' }));
    request.onabort = () => reject(new DOMException('', 'AbortError'));
    request.onload = () => {
      if (request.status === 201) return resolve(JSON.parse(request.responseText) as Media);
      const { status, statusText, responseText } = request;
      problemFrom(new Response(responseText, { status, statusText })).then((problem) =>
        reject(new ApiError(problem)),
      );
    };
    signal?.addEventListener('abort', () => request.abort());
    request.send(formOf(file, fields));
  });
}

function formOf(file: File, { place, ...fields }: UploadFields): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) form.append(name, String(value));
  }
  if (place !== undefined) form.append('place', JSON.stringify(place));
  // Last, so that the server knows what is said of it before it reads it.
  form.append('file', file, file.name);
  return form;
}

/** Changes what is said of an item. */
export async function changeMedia(id: string, body: Schema<'MediaPatch'>): Promise<void> {
  await send.PATCH('/api/v1/media/{id}', { params: { path: { id } }, body });
}

/** Cuts a part out, as a new item. */
export async function cropMedia(id: string, body: Schema<'CropIn'>): Promise<Media> {
  const { data } = await send.POST('/api/v1/media/{id}/crop', { params: { path: { id } }, body });
  return data as Media;
}

/** Removes an item. */
export async function removeMedia(id: string): Promise<void> {
  await send.DELETE('/api/v1/media/{id}', { params: { path: { id } } });
}
