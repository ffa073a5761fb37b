/** Jobs: the newest in the tray, all of them page by page; kept fresh by the store's stream. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { api, type Schema, send } from '../../api/client';
import { useNews } from '../../lib/stream';

export type Job = Schema<'JobOut'>;

const TRAY = 12;

/** The newest jobs, live. */
export function useNewestJobs() {
  const options = api.queryOptions('get', '/api/v1/jobs', { params: { query: { limit: TRAY } } });
  const queries = useQueryClient();
  const query = useQuery(options);
  useNews(
    'job',
    useCallback(
      (job: Job) => {
        queries.setQueryData(options.queryKey, (page: Schema<'Page_JobOut'> | undefined) => {
          if (page === undefined) return page;
          const known = page.items.some((one) => one.id === job.id);
          const items = known
            ? page.items.map((one) => (one.id === job.id ? job : one))
            : [job, ...page.items];
          return { ...page, items: items.slice(0, TRAY) };
        });
      },
      [queries, options.queryKey],
    ),
  );
  return query;
}

/** A page of jobs, newest first. */
export const jobsQuery = (after: string | undefined) =>
  api.queryOptions('get', '/api/v1/jobs', { params: { query: { limit: 50, after } } });

/** Asks a job to stop. */
export async function cancelJob(id: string): Promise<void> {
  await send.POST('/api/v1/jobs/{id}/cancel', { params: { path: { id } } });
}

/** True if a job waits for its time, such as the next check of a domain. */
export function isPlanned(job: Job): boolean {
  return job.state === 'queued' && new Date(job.due_at).getTime() > Date.now();
}

/** True while a job waits for its turn or runs. */
export function isOpen(job: Job): boolean {
  return job.state === 'running' || (job.state === 'queued' && !isPlanned(job));
}
