/** How queries behave: short-lived cache, old rows stay while new ones come, and a server that is away is waited for. */
import { QueryClient } from '@tanstack/react-query';
import { isTransient, problemOf } from '../api/problem';

const RETRIES_MAX = 20;
const WAIT_MAX_MS = 5_000;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, error) => isTransient(error) && count < RETRIES_MAX,
      retryDelay: (count, error) =>
        (problemOf(error).retryAfter ?? 0) * 1_000 || Math.min(500 * 2 ** count, WAIT_MAX_MS),
      // The browser's own idea of being online says nothing about a server on this machine or network.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

/** Asks again for everything whose address in the API begins with one of `prefixes`, such as `/api/v1/tags`. */
export async function refresh(...prefixes: string[]): Promise<void> {
  await queryClient.invalidateQueries({
    predicate: ({ queryKey: [, path] }) =>
      typeof path === 'string' && prefixes.some((prefix) => path.startsWith(prefix)),
  });
}
