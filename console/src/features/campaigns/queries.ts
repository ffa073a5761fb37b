/** Campaigns: reading, writing, launching and steering them. */
import { api, type Schema, send } from '../../api/client';

export type Campaign = Schema<'CampaignOut'>;
export type Draft = Schema<'CampaignIn'>;
export type Content = Schema<'Content'>;
export type Settings = Schema<'CampaignSettings'>;
export type Timing = Schema<'Timing'>;
export type Plan = Schema<'CampaignPlan'>;
export type LaunchCheck = Schema<'LaunchCheck'>;
export type Sums = Schema<'Sums'>;

export const LIST_KEY = ['get', '/api/v1/campaigns'];

export const campaignQuery = (id: string) =>
  api.queryOptions('get', '/api/v1/campaigns/{id}', { params: { path: { id } } });

/** The campaign as it is on the server now, past every cache. */
export async function loadCampaign(id: string): Promise<Campaign> {
  const { data } = await send.GET('/api/v1/campaigns/{id}', { params: { path: { id } } });
  return data as Campaign;
}

/** What a launch of a saved version would do. The version is part of the key: a change asks again. */
export const planQuery = (id: string, version: number) => ({
  queryKey: ['get', '/api/v1/campaigns/{id}/plan', id, version] as const,
  queryFn: async (): Promise<Plan> => {
    const { data } = await send.GET('/api/v1/campaigns/{id}/plan', { params: { path: { id } } });
    return data as Plan;
  },
});

export const reportQuery = (id: string) =>
  api.queryOptions('get', '/api/v1/campaigns/{id}/report', { params: { path: { id } } });

export const segmentQuery = (id: string) =>
  api.queryOptions('get', '/api/v1/segments/{id}', { params: { path: { id } } });

export const domainsQuery = () =>
  api.queryOptions('get', '/api/v1/domains', { params: { query: { limit: 100 } } });
export const relaysQuery = () => api.queryOptions('get', '/api/v1/relays');
export const readyTemplatesQuery = () => api.queryOptions('get', '/api/v1/ready-templates');
export const templatesQuery = () =>
  api.queryOptions('get', '/api/v1/templates', { params: { query: { limit: 100 } } });

export const readyTemplateQuery = (key: string) =>
  api.queryOptions('get', '/api/v1/ready-templates/{key}', { params: { path: { key } } });

export const templateQuery = (id: string) =>
  api.queryOptions('get', '/api/v1/templates/{id}', { params: { path: { id } } });

/** An email as it would look; for `contact`, or for an invented one. */
export const renderQuery = (source: Schema<'EmailSource'>, contact?: string) => ({
  queryKey: ['render', source, contact] as const,
  queryFn: async (): Promise<Schema<'RenderedOut'>> => {
    const { data } = await send.POST('/api/v1/templates/render', { body: { source, contact } });
    return data as Schema<'RenderedOut'>;
  },
});

/** The saved message as a contact would get it, footer and link parameters included. */
export const previewQuery = (id: string, version: number, contact: string | null) => ({
  queryKey: ['campaign-preview', id, version, contact] as const,
  queryFn: async (): Promise<Schema<'CampaignPreview'>> => {
    const { data } = await send.POST('/api/v1/campaigns/{id}/preview', {
      params: { path: { id } },
      body: { contact },
    });
    return data as Schema<'CampaignPreview'>;
  },
});

export async function createCampaign(body: Draft): Promise<Campaign> {
  const { data } = await send.POST('/api/v1/campaigns', { body });
  return data as Campaign;
}

/** Saves a draft over the version it was made from; refused with 412 if somebody else was faster. */
export async function saveCampaign(id: string, body: Draft, version: number): Promise<Campaign> {
  const { data } = await send.PUT('/api/v1/campaigns/{id}', {
    params: { path: { id }, header: { 'If-Match': `"${version}"` } },
    body,
  });
  return data as Campaign;
}

export async function launchCampaign(id: string, audience: number): Promise<Schema<'Launched'>> {
  const { data } = await send.POST('/api/v1/campaigns/{id}/launch', {
    params: { path: { id } },
    body: { audience },
  });
  return data as Schema<'Launched'>;
}

const DEEDS = {
  pause: '/api/v1/campaigns/{id}/pause',
  resume: '/api/v1/campaigns/{id}/resume',
  cancel: '/api/v1/campaigns/{id}/cancel',
  archive: '/api/v1/campaigns/{id}/archive',
  unarchive: '/api/v1/campaigns/{id}/unarchive',
  duplicate: '/api/v1/campaigns/{id}/duplicate',
} as const;

export type Deed = keyof typeof DEEDS;

/** Does something that needs no more words; gives the campaign as it is then (the copy, for `duplicate`). */
export async function doCampaign(id: string, deed: Deed): Promise<Campaign> {
  // All six take and give the same; the type of one stands for them.
  const path = DEEDS[deed] as (typeof DEEDS)['pause'];
  const { data } = await send.POST(path, { params: { path: { id } } });
  return data as Campaign;
}

export async function removeDraft(id: string): Promise<void> {
  await send.DELETE('/api/v1/campaigns/{id}', { params: { path: { id } } });
}

export async function throttleCampaign(id: string, perSecond: number): Promise<Campaign> {
  const { data } = await send.POST('/api/v1/campaigns/{id}/throttle', {
    params: { path: { id } },
    body: { per_second: perSecond },
  });
  return data as Campaign;
}

/** Sends the message, filled with a contact's data, to an address of the merchant's. */
export async function sendTest(id: string, to: string, contact: string): Promise<string> {
  const { data } = await send.POST('/api/v1/campaigns/{id}/test', {
    params: { path: { id } },
    body: { to, contact },
  });
  return (data as Schema<'TestOut'>).send;
}
