/** The report of a campaign, and who is behind its figures. */
import { queryOptions } from '@tanstack/react-query';
import { api, fileAddress, type Schema, send } from '../../api/client';
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

/** The message as launched, with numbers in place of where its links lead. */
export const launchedHtmlQuery = (id: string) =>
  queryOptions({
    queryKey: ['report-html', id] as const,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async (): Promise<string> => {
      const params = { path: { id } };
      const { data } = await send.GET('/api/v1/campaigns/{id}/report/html', { params, parseAs: 'text' });
      return data ?? '';
    },
  });

/** Where everybody behind a figure is as a file. */
export const peopleAddress = (id: string, { figure, link, reason }: Behind) =>
  fileAddress(`/api/v1/campaigns/${id}/report/people.csv`, { figure, link, reason });
