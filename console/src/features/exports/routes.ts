/** Files with contacts, to download. */
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod';
import { storeRoute } from '../../lib/root-routes';

const exportsRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'exports',
  validateSearch: z.object({ after: z.string().optional().catch(undefined) }),
}).lazy(() => import('./exports').then((m) => m.route));

export const exportsRoutes = [exportsRoute];
