/** Entries of the two logs, store and account, and the check of the store's chain. */
import { useQuery } from '@tanstack/react-query';
import { api, type Schema, send } from '../../api/client';

export type Entry = Schema<'AuditEntryOut'>;
export type Log = 'store' | 'account';
export type Verdict = Schema<'Verdict'>;

/** A page of a log, newest first. Older rows stay while new ones come. */
export function useEntries(log: Log, after: string | undefined) {
  const query = { limit: 50, after };
  const path = log === 'store' ? '/api/v1/audit' : '/api/v1/account/audit';
  return useQuery({
    ...api.queryOptions('get', path, { params: { query } }),
    placeholderData: (previous, of) => (of?.queryKey[1] === path ? previous : undefined),
  });
}

/** Checks that no entry was changed or removed. */
export async function verify(): Promise<Verdict> {
  const { data } = await send.GET('/api/v1/audit/verification');
  if (data === undefined) throw new Error('the check was not answered');
  return data;
}
