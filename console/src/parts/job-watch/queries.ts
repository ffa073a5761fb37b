/** One background job, live. */
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { type Schema, send } from '../../api/client';
import { useNews } from '../../lib/stream';

export type Job = Schema<'JobOut'>;

const ENDED = new Set<Job['state']>(['done', 'failed', 'cancelled']);

/** True once nothing will change any more. */
export function hasEnded(job: Job): boolean {
  return ENDED.has(job.state);
}

/** The later of two states of a job; an answer that was overtaken by news does not turn it back. */
export function later(a: Job | undefined, b: Job): Job {
  if (a === undefined || a.id !== b.id) return b;
  if (hasEnded(a)) return a;
  return hasEnded(b) || b.updated_at >= a.updated_at ? b : a;
}

/** A job by id, kept fresh by the store's stream. */
export function useJob(id: string | null | undefined): Job | undefined {
  const queries = useQueryClient();
  const key = ['job', id];
  const { data } = useQuery(
    queryOptions({
      queryKey: key,
      enabled: Boolean(id),
      queryFn: async () => {
        const { data: job } = await send.GET('/api/v1/jobs/{id}', { params: { path: { id: id ?? '' } } });
        if (job === undefined) throw new Error('the job was not answered');
        return later(queries.getQueryData<Job>(key), job);
      },
    }),
  );
  useNews(
    'job',
    useCallback(
      (job: Job) => {
        if (job.id === id) queries.setQueryData<Job>(['job', id], (known) => later(known, job));
      },
      [queries, id],
    ),
  );
  return data;
}

/**
 * Calls `onEnd` once for a job that has ended. A short job may have ended before it is first seen; who begins
 * one must be told all the same.
 */
export function useJobEnd(job: Job | undefined, onEnd: (job: Job) => void): void {
  const told = useRef<string | undefined>(undefined);
  const action = useRef(onEnd);
  action.current = onEnd;
  useEffect(() => {
    if (job === undefined || !hasEnded(job) || told.current === job.id) return;
    told.current = job.id;
    action.current(job);
  }, [job]);
}
