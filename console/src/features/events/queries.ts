/** Events of visitors, the names there are, and what was refused. */
import { api, type Schema } from '../../api/client';
import { refresh } from '../../lib/query-client';

export type VisitorEvent = Schema<'EventOut'>;
export type Refusal = Schema<'RefusalOut'>;
export type CallKind = Schema<'CallKind'>;
export const KINDS: CallKind[] = ['track', 'page', 'screen', 'identify', 'group', 'alias'];
export const PAGE = 50;

export interface Wanted {
  kind?: CallKind | undefined;
  name?: string | undefined;
}

export const eventsQuery = ({ kind, name }: Wanted, after: string | undefined) =>
  api.queryOptions('get', '/api/v1/events', { params: { query: { limit: PAGE, kind, name, after } } });

export const namesQuery = () => api.queryOptions('get', '/api/v1/events/names');

export const refusalsQuery = (after: string | undefined) =>
  api.queryOptions('get', '/api/v1/events/refusals', { params: { query: { limit: PAGE, after } } });

/** One contact, for the name beside an event. */
export const contactQuery = (id: string) =>
  api.queryOptions('get', '/api/v1/contacts/{id}', { params: { path: { id } } });

/** Asks again for what came in. */
export function refreshEvents(): void {
  void refresh('/api/v1/events', '/api/v1/events/names', '/api/v1/events/refusals');
}
