/** Addresses that must not be used. */
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod';
import { storeRoute } from '../../lib/root-routes';

const suppressionsRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'suppressions',
  validateSearch: z.object({
    after: z.string().optional().catch(undefined),
    address: z.string().optional().catch(undefined),
  }),
}).lazy(() => import('./suppressions').then((m) => m.route));

export const suppressionsRoutes = [suppressionsRoute];
