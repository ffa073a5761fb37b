/** What a person allows the console to use on their devices; the server keeps the record and holds uploads to it. */
import { type Soon, soon, soonQuery } from '../../api/soon';

export type Permission = Soon['DevicePermission'];

/** What one said about each permission. */
export const permissionsQuery = () => soonQuery<Soon['DevicePermissions']>('/api/v1/me/device-permissions');

/** Grants or takes back a permission. */
export async function setPermission(permission: Permission, granted: boolean): Promise<void> {
  await soon.PATCH('/api/v1/me/device-permissions', { body: { [permission]: granted } });
}
