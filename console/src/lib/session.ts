/** Who is logged in, with which stores. */
import { queryOptions } from '@tanstack/react-query';
import { api, type Schema, send } from '../api/client';
import { problemOf } from '../api/problem';

export type Session = Schema<'SessionOut'>;

/** The log-in, or null without one. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: 60_000,
  queryFn: async (): Promise<Session | null> => {
    try {
      return (await send.GET('/api/v1/session')).data ?? null;
    } catch (error) {
      if (problemOf(error).status === 401) return null;
      throw error;
    }
  },
});

/** The present store with its settings. */
export const storeQuery = () => api.queryOptions('get', '/api/v1/store');

/** Is there an account yet, and does making the first one need a code? */
export const installationQuery = () => api.queryOptions('get', '/api/v1/installation');

/** Makes the first account and its store, and logs in. */
export async function setUp(body: Schema<'InstallationIn'>): Promise<Session> {
  const { data } = await send.POST('/api/v1/installation', { body });
  if (data === undefined) throw new Error('the installation was not answered');
  return data;
}

/** Logs in. */
export async function logIn(body: Schema<'SessionIn'>): Promise<Session> {
  const { data } = await send.POST('/api/v1/session', { body });
  if (data === undefined) throw new Error('the log-in was not answered');
  return data;
}

/** Logs out. */
export async function logOut(): Promise<void> {
  await send.DELETE('/api/v1/session');
}
