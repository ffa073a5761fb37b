/** The first screen of a store. */
import { createRoute } from '@tanstack/react-router';
import { storeRoute } from '../../lib/root-routes';

const homeRoute = createRoute({ getParentRoute: () => storeRoute, path: 'home' }).lazy(() =>
  import('./home').then((m) => m.route),
);

export const homeRoutes = [homeRoute];
