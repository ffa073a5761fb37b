/** The store at a glance, the checklist, the installation's checks and the demo data. */
import { api, type Schema, send } from '../../api/client';

export type Home = Schema<'HomeOut'>;
export type Setup = Schema<'SetupOut'>;
export type Checks = Schema<'ChecksOut'>;
export type Brief = Schema<'CampaignBrief'>;

/** Spans of days that home can show. */
export const SPANS = [7, 30, 90] as const;
export type Span = (typeof SPANS)[number];

export const homeQuery = (days: Span) =>
  api.queryOptions('get', '/api/v1/home', { params: { query: { days } } });
export const setupQuery = () => api.queryOptions('get', '/api/v1/setup');

/** Puts the checklist away, or brings it back. */
export async function dismissSetup(dismissed: boolean): Promise<Setup> {
  const { data } = await send.PATCH('/api/v1/setup', { body: { dismissed } });
  if (data === undefined) throw new Error('the checklist was not answered');
  return data;
}

/** Checks that the installation can do its work; takes as long as a relay takes to answer. */
export async function runChecks(): Promise<Checks> {
  const { data } = await send.POST('/api/v1/installation/checks');
  if (data === undefined) throw new Error('the checks were not answered');
  return data;
}

/** Fills the store with made-up contacts, segments, templates and a campaign in the sandbox. */
export async function fillWithDemo(): Promise<string> {
  const { data } = await send.POST('/api/v1/demo');
  if (data === undefined) throw new Error('the demo was not answered');
  return data.job;
}
