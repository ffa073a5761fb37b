/** The audit log. */
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod';
import { storeRoute } from '../../lib/root-routes';

const auditRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'settings/audit',
  validateSearch: z.object({
    log: z.enum(['store', 'account']).default('store').catch('store'),
    after: z.string().optional().catch(undefined),
  }),
}).lazy(() => import('./audit').then((m) => m.route));

export const auditRoutes = [auditRoute];
