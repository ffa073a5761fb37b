/** Messages that the sandbox captured. */
import { api, type Schema, send } from '../../api/client';

export type Message = Schema<'SandboxMessageOut'>;
export type MessageDetail = Schema<'SandboxMessageDetail'>;

export const PAGE = 50;
const CAMPAIGNS = 100;

export const messagesQuery = (campaign: string | undefined, after: string | undefined) =>
  api.queryOptions('get', '/api/v1/sandbox/messages', {
    params: { query: { campaign, after, limit: PAGE } },
  });

export const messageQuery = (id: string) =>
  api.queryOptions('get', '/api/v1/sandbox/messages/{id}', { params: { path: { id } } });

/** The message as it went over the wire. */
export const sourceQuery = (id: string) => ({
  queryKey: ['sandbox-source', id],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async (): Promise<string> => {
    const { data } = await send.GET('/api/v1/sandbox/messages/{id}/source', {
      params: { path: { id } },
      parseAs: 'text',
    });
    return data ?? '';
  },
});

/** Campaigns to filter by. */
export const campaignsQuery = () =>
  api.queryOptions('get', '/api/v1/campaigns', { params: { query: { limit: CAMPAIGNS, archived: true } } });

/** Removes every captured message. */
export async function emptySandbox(): Promise<void> {
  await send.DELETE('/api/v1/sandbox/messages');
}
