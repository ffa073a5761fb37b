/**
 * Live news of the store by server-sent events: running jobs and campaigns, and that
 * more was done by visitors. One connection for the whole
 * console; screens subscribe. When it comes back after a break everything on the screen is asked for again,
 * so a server that was away leaves nothing stale.
 */
import { useEffect, useSyncExternalStore } from 'react';
import type { Schema } from '../api/client';
import { queryClient } from './query-client';

/** State of the connection: `live`, or `away` while it is being tried again. */
export type StreamState = 'closed' | 'live' | 'away';

/** How far a campaign is. */
export interface CampaignNews {
  id: string;
  state: Schema<'CampaignState'>;
  version: number;
  sums: Schema<'Sums'>;
  per_second: number;
}

interface News {
  job: Schema<'JobOut'>;
  campaign: CampaignNews;
  log: Schema<'LogEnd'>;
}

const RETRY_MS = 1_000;
const RETRY_MAX_MS = 10_000;

let source: EventSource | undefined;
let state: StreamState = 'closed';
let retry: ReturnType<typeof setTimeout> | undefined;
let failures = 0;
const watchers = new Set<() => void>();
const listeners: { [K in keyof News]: Set<(news: News[K]) => void> } = {
  job: new Set(),
  campaign: new Set(),
  log: new Set(),
};

function become(next: StreamState): void {
  if (state === next) return;
  state = next;
  for (const watcher of watchers) watcher();
}

function connect(store: string): void {
  source = new EventSource(`/api/v1/stream?store=${encodeURIComponent(store)}`);
  source.addEventListener('open', () => {
    const wasAway = state === 'away';
    failures = 0;
    become('live');
    if (wasAway) void queryClient.invalidateQueries();
  });
  source.addEventListener('error', () => {
    source?.close();
    failures += 1;
    become('away');
    retry = setTimeout(() => connect(store), Math.min(RETRY_MS * 2 ** (failures - 1), RETRY_MAX_MS));
  });
  for (const kind of ['job', 'campaign', 'log'] as const) {
    source.addEventListener(kind, (event) => {
      const news: never = JSON.parse((event as MessageEvent<string>).data) as never;
      for (const listener of listeners[kind]) listener(news);
    });
  }
}

/** Opens the stream of a store. */
export function openStream(store: string): void {
  closeStream();
  connect(store);
}

/** Closes it. */
export function closeStream(): void {
  clearTimeout(retry);
  source?.close();
  source = undefined;
  failures = 0;
  become('closed');
}

/** The state of the connection, live. */
export function useStreamState(): StreamState {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => state,
  );
}

/** Calls `listener` with each piece of news of a kind while the component is there. `listener` must be stable. */
export function useNews<K extends keyof News>(kind: K, listener: (news: News[K]) => void): void {
  useEffect(() => {
    listeners[kind].add(listener);
    return () => {
      listeners[kind].delete(listener);
    };
  }, [kind, listener]);
}
