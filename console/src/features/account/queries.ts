/** One's own log-ins, password and accepted policies. */
import { api, type Schema, send } from '../../api/client';

export const meQuery = () => api.queryOptions('get', '/api/v1/me');
export const sessionsQuery = () => api.queryOptions('get', '/api/v1/sessions');
export const acceptancesQuery = () => api.queryOptions('get', '/api/v1/policy/acceptance');

/** Ends a log-in. */
export async function endSession(id: string): Promise<void> {
  await send.DELETE('/api/v1/sessions/{id}', { params: { path: { id } } });
}

/** Changes the password; all other log-ins end. */
export async function changePassword(body: Schema<'PasswordIn'>): Promise<void> {
  await send.POST('/api/v1/me/password', { body });
}
