/** The first screen of a store, and the one right after the installation. */
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod';
import { storeRoute } from '../../lib/root-routes';

const homeRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'home',
  validateSearch: z.object({
    days: z
      .union([z.literal(7), z.literal(30), z.literal(90)])
      .default(30)
      .catch(30),
  }),
}).lazy(() => import('./home').then((m) => m.route));

const startRoute = createRoute({ getParentRoute: () => storeRoute, path: 'start' }).lazy(() =>
  import('./start').then((m) => m.route),
);

export const homeRoutes = [homeRoute, startRoute];
