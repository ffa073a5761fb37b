/** The library of templates, and taking over HTML from elsewhere. */
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod';
import { storeRoute } from '../../lib/root-routes';

const listRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'templates',
  validateSearch: z.object({
    tab: z.enum(['own', 'ready']).optional().catch(undefined),
    search: z.string().optional().catch(undefined),
  }),
}).lazy(() => import('./templates').then((m) => m.route));

const importRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'templates/import',
}).lazy(() => import('./import-html').then((m) => m.route));

export const templatesRoutes = [listRoute, importRoute];
