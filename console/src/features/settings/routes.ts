/** What a merchant sets for a store, and the stores of the account. */
import { createRoute } from '@tanstack/react-router';
import { storeRoute } from '../../lib/root-routes';

const storeSettingsRoute = createRoute({ getParentRoute: () => storeRoute, path: 'settings/store' }).lazy(
  () => import('./store-settings').then((m) => m.route),
);

const newStoreRoute = createRoute({ getParentRoute: () => storeRoute, path: 'settings/stores/new' }).lazy(
  () => import('./new-store').then((m) => m.route),
);

export const settingsRoutes = [storeSettingsRoute, newStoreRoute];
