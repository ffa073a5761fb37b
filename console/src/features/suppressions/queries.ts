/** The suppression list: addresses go in and are looked up; they never come out. */
import { api, type Schema, send } from '../../api/client';
import { refresh } from '../../lib/query-client';

export type Suppression = Schema<'SuppressionOut'>;
export const PAGE = 50;

/** An address as the API takes it: what holds an @ is an e-mail address, anything else a phone number. */
export function addressOf(text: string): { email: string } | { phone: string } {
  const trimmed = text.trim();
  return trimmed.includes('@') ? { email: trimmed } : { phone: trimmed };
}

export const suppressionsQuery = (address: string | undefined, after: string | undefined) =>
  api.queryOptions('get', '/api/v1/suppressions', {
    params: { query: address === undefined ? { limit: PAGE, after } : addressOf(address) },
  });

/** One contact, for the name beside an entry. */
export const contactQuery = (id: string) =>
  api.queryOptions('get', '/api/v1/contacts/{id}', { params: { path: { id } } });

const changed = () => refresh('/api/v1/suppressions', '/api/v1/contacts');

/** Puts an address on the list. */
export async function addSuppression(text: string): Promise<Suppression> {
  const { data } = await send.POST('/api/v1/suppressions', { body: addressOf(text) });
  await changed();
  if (data === undefined) throw new Error('the suppression was not answered');
  return data;
}

/** Takes an entry off the list. */
export async function removeSuppression(id: string): Promise<void> {
  await send.DELETE('/api/v1/suppressions/{id}', { params: { path: { id } } });
  await changed();
}
