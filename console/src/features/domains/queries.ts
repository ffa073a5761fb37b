/** Sender domains, their records in DNS and their DKIM keys. */
import { api, type Schema, send } from '../../api/client';

export type Domain = Schema<'DomainOut'>;
export type DnsRecord = Schema<'DnsRecord'>;

const LIMIT = 100;

export const domainsQuery = () =>
  api.queryOptions('get', '/api/v1/domains', { params: { query: { limit: LIMIT } } });

export const domainQuery = (id: string) =>
  api.queryOptions('get', '/api/v1/domains/{id}', { params: { path: { id } } });

export async function addDomain(body: Schema<'DomainIn'>): Promise<Domain> {
  const { data } = await send.POST('/api/v1/domains', { body });
  return data as Domain;
}

export async function changeDomain(id: string, body: Schema<'DomainPatch'>): Promise<Domain> {
  const { data } = await send.PATCH('/api/v1/domains/{id}', { params: { path: { id } }, body });
  return data as Domain;
}

/** Looks for the records in DNS now. */
export async function checkDomain(id: string): Promise<Domain> {
  const { data } = await send.POST('/api/v1/domains/{id}/check', { params: { path: { id } } });
  return data as Domain;
}

/** Makes a new pair of keys. */
export async function rotateKeys(id: string): Promise<Domain> {
  const { data } = await send.POST('/api/v1/domains/{id}/rotate', { params: { path: { id } } });
  return data as Domain;
}

export async function removeDomain(id: string): Promise<void> {
  await send.DELETE('/api/v1/domains/{id}', { params: { path: { id } } });
}

/** The records as lines of a zone file. */
export async function zoneFile(id: string): Promise<string> {
  const { data } = await send.GET('/api/v1/domains/{id}/zone', {
    params: { path: { id } },
    parseAs: 'text',
  });
  return data ?? '';
}
