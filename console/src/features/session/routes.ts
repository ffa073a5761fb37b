/** The screens before a store: log-in, first run, policy. */
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod';
import { rootRoute } from '../../lib/root-routes';

const next = z.object({ next: z.string().startsWith('/').optional().catch(undefined) });

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login',
  validateSearch: next,
}).lazy(() => import('./login').then((m) => m.route));

const welcomeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/welcome',
  validateSearch: next,
}).lazy(() => import('./welcome').then((m) => m.route));

const setupRoute = createRoute({ getParentRoute: () => rootRoute, path: '/setup' }).lazy(() =>
  import('./setup').then((m) => m.route),
);

export const sessionRoutes = [loginRoute, setupRoute, welcomeRoute];
