/** Contacts: the list, one, her consent, events and decisions; and what changes them. */
import { queryOptions } from '@tanstack/react-query';
import { api, type Schema, send } from '../../api/client';
import { refresh } from '../../lib/query-client';
import { conditionsOf } from './selection';

export type Contact = Schema<'ContactOut'>;
export type ContactPatch = Schema<'ContactPatch'>;
export type TimelineEntry = Schema<'Page_TimelineEntry'>['items'][number];
export type ConsentEntry = Schema<'ConsentEntryOut'>;
export type CampaignDecision = Schema<'Page_CampaignDecision'>['items'][number];
export type Selection = Schema<'Selection'>;
export type Bulk = Omit<Schema<'BulkIn'>, 'select'>;

/** What the list can be filtered by, as its address says it. */
export interface Filters {
  search?: string;
  tag?: string;
  segment?: string;
  channel?: Schema<'Channel'>;
  status?: Schema<'ChannelState'>;
  /** A rule as a text (`ruleText`). */
  rule?: string;
}

/** A page of the list. What is searched for stays out of the server's addresses. */
export const contactsQuery = (filters: Filters, after: string | undefined, limit: number) =>
  queryOptions({
    queryKey: ['post', '/api/v1/contacts/query', filters, after, limit] as const,
    queryFn: async ({ signal }): Promise<Schema<'ContactPage'>> => {
      const params = { query: { after, limit } };
      const body = conditionsOf(filters);
      const { data } = await send.POST('/api/v1/contacts/query', { params, body, signal });
      if (data === undefined) throw new Error('the list was not answered');
      return data;
    },
  });

export const contactQuery = (id: string) =>
  api.queryOptions('get', '/api/v1/contacts/{id}', { params: { path: { id } } });

export const consentQuery = (id: string) =>
  api.queryOptions('get', '/api/v1/contacts/{id}/consent', { params: { path: { id } } });

const PAGE = 50;

/** All that is known to have happened, newest first, for a list that grows. */
export const timelineQuery = (id: string) => ({
  queryKey: ['get', `/api/v1/contacts/${id}/timeline`] as const,
  initialPageParam: undefined as string | undefined,
  queryFn: async ({ pageParam }: { pageParam: string | undefined }) => {
    const params = { path: { id }, query: { limit: PAGE, after: pageParam } };
    const { data } = await send.GET('/api/v1/contacts/{id}/timeline', { params });
    return data ?? { items: [], next: null };
  },
  getNextPageParam: (last: { next?: string | null }) => last.next ?? undefined,
});

/** What a contact did in the shop, newest first, for a list that grows. */
export const behaviourQuery = (id: string) => ({
  queryKey: ['get', `/api/v1/contacts/${id}/behaviour`] as const,
  initialPageParam: undefined as string | undefined,
  queryFn: async ({ pageParam }: { pageParam: string | undefined }) => {
    const params = { path: { id }, query: { limit: PAGE, after: pageParam } };
    const { data } = await send.GET('/api/v1/contacts/{id}/behaviour', { params });
    return data ?? { items: [], next: null };
  },
  getNextPageParam: (last: { next?: string | null }) => last.next ?? undefined,
});

/** Decisions on a contact, newest campaign first, for a list that grows. */
export const decisionsQuery = (id: string) => ({
  queryKey: ['get', `/api/v1/contacts/${id}/decisions`] as const,
  initialPageParam: undefined as string | undefined,
  queryFn: async ({ pageParam }: { pageParam: string | undefined }) => {
    const params = { path: { id }, query: { limit: PAGE, after: pageParam } };
    const { data } = await send.GET('/api/v1/contacts/{id}/decisions', { params });
    return data ?? { items: [], next: null };
  },
  getNextPageParam: (last: { next?: string | null }) => last.next ?? undefined,
});

/** The decision on a contact in one campaign. */
export const decisionQuery = (campaign: string, contact: string) =>
  api.queryOptions('get', '/api/v1/campaigns/{id}/decisions/{contact}', {
    params: { path: { id: campaign, contact } },
  });

/** The newest campaigns, to look one up. */
export const campaignsQuery = () =>
  api.queryOptions('get', '/api/v1/campaigns', { params: { query: { limit: 200 } } });

export const attributesQuery = () => api.queryOptions('get', '/api/v1/attributes');

const changed = () => refresh('/api/v1/contacts', '/api/v1/tags');

/** Makes a contact. */
export async function createContact(body: Schema<'ContactIn'>): Promise<Contact> {
  const { data } = await send.POST('/api/v1/contacts', { body });
  await changed();
  if (data === undefined) throw new Error('the new contact was not answered');
  return data;
}

/** Changes fields of a contact, only if nobody has changed it since `version`. */
export async function saveContact(id: string, body: ContactPatch, version?: number): Promise<void> {
  const header = version === undefined ? {} : { 'If-Match': `"${version}"` };
  await send.PATCH('/api/v1/contacts/{id}', { params: { path: { id }, header }, body });
  await changed();
}

/** Adds and removes tags of a contact. */
export async function tagContact(id: string, change: Partial<Schema<'TagChange'>>): Promise<void> {
  const body = { add: change.add ?? [], remove: change.remove ?? [] };
  await send.POST('/api/v1/contacts/{id}/tags', { params: { path: { id } }, body });
  await changed();
}

/** Records what a contact said about a channel. */
export async function recordConsent(id: string, body: Schema<'ConsentChangeIn'>): Promise<void> {
  await send.POST('/api/v1/contacts/{id}/consent', { params: { path: { id } }, body });
  await changed();
}

/** Erases a contact for good. */
export async function eraseContact(id: string): Promise<void> {
  await send.DELETE('/api/v1/contacts/{id}', { params: { path: { id } } });
  await changed();
}

/** Begins one deed on many contacts; answers the job's id. */
export async function changeMany(bulk: Bulk, select: Selection): Promise<string> {
  const { data } = await send.POST('/api/v1/contacts/bulk', { body: { ...bulk, select } });
  await refresh('/api/v1/jobs');
  if (data === undefined) throw new Error('the job was not answered');
  return data.job;
}

/** Orders a file with contacts; answers the job's id. */
export async function exportContacts(format: Schema<'Format'>, select: Selection): Promise<string> {
  const { data } = await send.POST('/api/v1/exports', { body: { format, select } });
  await refresh('/api/v1/exports', '/api/v1/jobs');
  if (data === undefined) throw new Error('the export was not answered');
  return data.job;
}

/** Brings lists and contacts up to date after a job. */
export const afterJob = changed;

/** Puts an address on the suppression list; answers the entry's id. */
export async function suppress(address: { email: string } | { phone: string }): Promise<string> {
  const { data } = await send.POST('/api/v1/suppressions', { body: address });
  await refresh('/api/v1/contacts', '/api/v1/suppressions');
  if (data === undefined) throw new Error('the suppression was not answered');
  return data.id;
}

/** Takes an address off the suppression list. */
export async function liftSuppression(id: string): Promise<void> {
  await send.DELETE('/api/v1/suppressions/{id}', { params: { path: { id } } });
  await refresh('/api/v1/contacts', '/api/v1/suppressions');
}
