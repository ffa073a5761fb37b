/** Relays of the store, in their order. */
import { api, type Schema, send } from '../../api/client';

export type Relay = Schema<'RelayOut'>;
export type TestReport = Schema<'TestReport'>;

export const relaysQuery = () => api.queryOptions('get', '/api/v1/relays');

/** A relay as it is now, with the tag that a change must name. */
export async function loadRelay(id: string): Promise<{ relay: Relay; tag: string | undefined }> {
  const { data, response } = await send.GET('/api/v1/relays/{id}', { params: { path: { id } } });
  return { relay: data as Relay, tag: response.headers.get('ETag') ?? undefined };
}

export async function addRelay(body: Schema<'RelayIn'>): Promise<Relay> {
  const { data } = await send.POST('/api/v1/relays', { body });
  return data as Relay;
}

/** Changes a relay; with `tag`, only if nobody else did meanwhile. */
export async function changeRelay(id: string, body: Schema<'RelayPatch'>, tag?: string): Promise<void> {
  const header = tag === undefined ? {} : { 'If-Match': tag };
  await send.PATCH('/api/v1/relays/{id}', { params: { path: { id }, header }, body });
}

export async function removeRelay(id: string): Promise<void> {
  await send.DELETE('/api/v1/relays/{id}', { params: { path: { id } } });
}

/** Connects to the relay as a campaign would, without handing over a message. */
export async function testRelay(id: string): Promise<TestReport> {
  const { data } = await send.POST('/api/v1/relays/{id}/test', { params: { path: { id } } });
  return data as TestReport;
}
