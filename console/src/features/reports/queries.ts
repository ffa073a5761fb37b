/** The report of a campaign, and who is behind its figures. */
import { queryOptions } from '@tanstack/react-query';
import { api, type Schema, send } from '../../api/client';
import type { FIGURES } from './routes';

export type Report = Schema<'Report'>;
export type Person = Schema<'PersonOut'>;
export type Figure = (typeof FIGURES)[number];
export type DomainFigures = Schema<'DomainFigures'>;

export const PAGE = 50;

export const campaignQuery = (id: string) =>
  api.queryOptions('get', '/api/v1/campaigns/{id}', { params: { path: { id } } });

export const reportQuery = (id: string) =>
  api.queryOptions('get', '/api/v1/campaigns/{id}/report', { params: { path: { id } } });

export const domainsQuery = (id: string) =>
  api.queryOptions('get', '/api/v1/campaigns/{id}/report/domains', { params: { path: { id } } });

/** Which people: those of a figure, of one link or one reason. */
export interface Behind {
  figure?: Figure;
  link?: number;
  reason?: string;
}

export const peopleQuery = (id: string, { figure, link, reason }: Behind, after?: string) =>
  api.queryOptions('get', '/api/v1/campaigns/{id}/report/people', {
    params: { path: { id }, query: { figure, link, reason, after, limit: PAGE } },
  });

export const decisionQuery = (id: string, contact: string) =>
  api.queryOptions('get', '/api/v1/campaigns/{id}/decisions/{contact}', {
    params: { path: { id, contact } },
  });

/** The report as CSV. */
export async function reportCsv(id: string): Promise<string> {
  const { data } = await send.GET('/api/v1/campaigns/{id}/report.csv', {
    params: { path: { id } },
    parseAs: 'text',
  });
  return data ?? '';
}

/** The message as written, for the heat map. */
export const launchedHtmlQuery = (id: string) =>
  queryOptions({
    queryKey: ['report-html', id] as const,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async (): Promise<string> => {
      const { data: campaign } = await send.GET('/api/v1/campaigns/{id}', { params: { path: { id } } });
      const { subject, preheader, body, text } = (campaign as Schema<'CampaignOut'>).content;
      const source = { subject, preheader, body, text };
      const { data } = await send.POST('/api/v1/templates/render', { body: { source } });
      return (data as Schema<'RenderedOut'>).preview?.html ?? '';
    },
  });

const EXPORT_PAGE = 200;
/** More people than this are exported from the list of contacts, as a job. */
export const EXPORT_MAX = 20_000;

/** Everybody behind a figure, page by page; stops at {@link EXPORT_MAX}. */
export async function everyPerson(id: string, behind: Behind): Promise<Person[]> {
  const all: Person[] = [];
  let after: string | undefined;
  do {
    const { data } = await send.GET('/api/v1/campaigns/{id}/report/people', {
      params: { path: { id }, query: { ...behind, after, limit: EXPORT_PAGE } },
    });
    const page = data as Schema<'Page_PersonOut'>;
    all.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined && all.length < EXPORT_MAX);
  return all;
}
