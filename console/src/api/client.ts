/**
 * The one way to the API: typed by the OpenAPI document, with the store, the CSRF header and errors put in.
 * Screens do not fetch; each feature's `queries.ts` does, through `api` (hooks) and `send` (single calls).
 */
import createFetchClient, { type Middleware } from 'openapi-fetch';
import createQueryClient from 'openapi-react-query';
import { ApiError, problemFrom } from './problem';
import type { components, paths } from './schema';

/** A shape of the API by its name in the OpenAPI document. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

let store: string | undefined;
let onLoggedOut: () => void = () => {};
let onBuild: (build: string) => void = () => {};

/** Says which store requests are about (header `X-Store`). */
export function chooseStore(id: string | undefined): void {
  store = id;
}

/** The store that requests are about. */
export function currentStore(): string | undefined {
  return store;
}

/** Is called when the server says that nobody is logged in any more. */
export function whenLoggedOut(callback: () => void): void {
  onLoggedOut = callback;
}

/** Is called with the build of the console that the server has. */
export function whenBuildSeen(callback: (build: string) => void): void {
  onBuild = callback;
}

/** Headers of every request; also for the few that do not go through the typed client. */
export function standardHeaders(): Record<string, string> {
  return store === undefined ? { 'X-SP-CSRF': '1' } : { 'X-SP-CSRF': '1', 'X-Store': store };
}

/** The address of a file of the API for a link; the browser then saves it while it comes, however large it is. */
export function fileAddress(path: string, query: Record<string, string | number | undefined> = {}): string {
  const given = Object.entries({ store, ...query }).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]));
  return text.size === 0 ? path : `${path}?${text}`;
}

const middleware: Middleware = {
  onRequest({ request }) {
    for (const [name, value] of Object.entries(standardHeaders())) {
      if (!request.headers.has(name)) request.headers.set(name, value);
    }
    return request;
  },
  async onResponse({ response, request }) {
    const build = response.headers.get('X-SP-Build');
    if (build !== null) onBuild(build);
    if (response.ok) return;
    const isLogIn = new URL(request.url).pathname.endsWith('/api/v1/session');
    if (response.status === 401 && !isLogIn) onLoggedOut();
    throw new ApiError(await problemFrom(response));
  },
  onError() {
    return new ApiError({ status: 0, code: 'unreachable', title: '', detail: '' });
  },
};

/** Single calls: `await send.POST('/api/v1/…', { body })`. Throws {@link ApiError}; `data` is never undefined on 2xx with a body. */
export const send = createFetchClient<paths>({ baseUrl: globalThis.location?.origin ?? '' });
send.use(middleware);

/** Hooks: `api.useQuery('get', '/api/v1/…')`, `api.queryOptions(…)`, `api.useMutation(…)`. */
export const api = createQueryClient(send);
