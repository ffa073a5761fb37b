/** Sender domains: the list, and one with its records and keys. */
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod';
import { storeRoute } from '../../lib/root-routes';

const domainsRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'domains',
  validateSearch: z.object({ add: z.boolean().optional().catch(undefined) }),
}).lazy(() => import('./domains').then((m) => m.route));

const domainRoute = createRoute({ getParentRoute: () => storeRoute, path: 'domains/$domain' }).lazy(() =>
  import('./domain').then((m) => m.route),
);

export const domainsRoutes = [domainsRoute, domainRoute];
