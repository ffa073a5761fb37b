/** What the rule builder asks of the server: the catalogue, counts, and what fields choose from. */
import { queryOptions } from '@tanstack/react-query';
import { api, type Schema, send } from '../../api/client';
import type { RuleDocument } from './model';

export type Count = Schema<'CountOut'>;

/** Everything a rule can be made of. It changes only with the program. */
export const catalogueQuery = () => ({
  ...api.queryOptions('get', '/api/v1/segments/catalogue'),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Members of a rule, with some of them and the reasons why they match. A newer question cancels the older. */
export const countQuery = (document: RuleDocument, sample: number) =>
  queryOptions({
    queryKey: ['segment-count', sample, document],
    staleTime: 15_000,
    queryFn: async ({ signal }): Promise<Count> => {
      const body = { rule: document as unknown as Schema<'CountIn'>['rule'], sample };
      const { data } = await send.POST('/api/v1/segments/count', { body, signal });
      if (data === undefined) throw new Error('the count was not answered');
      return data;
    },
  });

/** How many contacts the store has. */
export const everybodyQuery = () => ({
  ...countQuery({ version: 1, rule: { condition: 'everybody' } }, 0),
  staleTime: 60_000,
});

/** Custom attributes of the store. */
export const attributesQuery = () => api.queryOptions('get', '/api/v1/attributes');

/** The newest campaigns, to choose one. */
export const campaignChoiceQuery = () =>
  api.queryOptions('get', '/api/v1/campaigns', { params: { query: { limit: 200 } } });

/** One campaign, for the name of a chosen one that is not among the newest. */
export const campaignQuery = (id: string) =>
  api.queryOptions('get', '/api/v1/campaigns/{id}', { params: { path: { id } } });

/** The newest imports, to choose one. */
export const importChoiceQuery = () =>
  api.queryOptions('get', '/api/v1/imports', { params: { query: { limit: 200 } } });

/** One contact of a sample. */
export const contactQuery = (id: string) =>
  api.queryOptions('get', '/api/v1/contacts/{id}', { params: { path: { id } } });

/** Names of events that there were, most frequent first. */
export const eventNamesQuery = () => ({
  ...api.queryOptions('get', '/api/v1/events/names'),
  staleTime: 60_000,
});

/** Properties that the newest events of a name have. */
export const eventPropertiesQuery = (event: { kind: 'track' | 'page' | 'screen'; name: string }) => ({
  ...api.queryOptions('get', '/api/v1/events/properties', { params: { query: event } }),
  staleTime: 60_000,
});
