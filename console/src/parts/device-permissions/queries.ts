/** What a person allows the console to use on their devices; the server keeps the record and holds uploads to it. */
import { api, type Schema, send } from '../../api/client';

export type Permission = Schema<'DevicePermission'>;

/** What one said about each permission. */
export const permissionsQuery = () => api.queryOptions('get', '/api/v1/me/device-permissions');

/** Grants or takes back a permission. */
export async function setPermission(permission: Permission, granted: boolean): Promise<void> {
  await send.PATCH('/api/v1/me/device-permissions', { body: { [permission]: granted } });
}
