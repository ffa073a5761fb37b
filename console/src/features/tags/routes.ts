/** Tags of the store. */
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod';
import { storeRoute } from '../../lib/root-routes';

const tagsRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'tags',
  validateSearch: z.object({ search: z.string().optional().catch(undefined) }),
}).lazy(() => import('./tags').then((m) => m.route));

export const tagsRoutes = [tagsRoute];
