/** Keys of the API. */
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod';
import { storeRoute } from '../../lib/root-routes';

const keysRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'settings/keys',
  validateSearch: z.object({ after: z.string().optional().catch(undefined) }),
}).lazy(() => import('./keys').then((m) => m.route));

export const keysRoutes = [keysRoute];
