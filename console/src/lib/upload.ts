/** Sends a file with progress: `fetch` can't tell how much of a body is gone, XMLHttpRequest can. */
import { standardHeaders } from '../api/client';
import { ApiError, problemFrom } from '../api/problem';

export interface UploadOptions {
  /** Called with the part that is sent, 0 to 1. */
  onProgress: (part: number) => void;
  signal: AbortSignal;
}

/** Posts the file as the body of the request; answers the JSON of a 2xx. Throws {@link ApiError}, or the signal's reason. */
export function upload<T>(path: string, file: Blob, { onProgress, signal }: UploadOptions): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    for (const [name, value] of Object.entries(standardHeaders())) request.setRequestHeader(name, value);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    request.addEventListener(
      'load',
      () => void settle(request).then(resolve as (value: unknown) => void, reject),
    );
    request.addEventListener('error', () =>
      reject(new ApiError({ status: 0, code: 'unreachable', title: '', detail: '' })),
    );
    request.addEventListener('abort', () => reject(signal.reason));
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

async function settle(request: XMLHttpRequest): Promise<unknown> {
  const response = new Response(request.responseText, {
    status: request.status,
    headers: { 'X-Request-Id': request.getResponseHeader('X-Request-Id') ?? '' },
  });
  if (!response.ok) throw new ApiError(await problemFrom(response));
  return response.json();
}
