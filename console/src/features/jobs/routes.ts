/** Background work of the store. */
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod';
import { storeRoute } from '../../lib/root-routes';

const jobsRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'jobs',
  validateSearch: z.object({ after: z.string().optional().catch(undefined) }),
}).lazy(() => import('./jobs').then((m) => m.route));

export const jobsRoutes = [jobsRoute];
