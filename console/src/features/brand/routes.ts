/** The brand kit and saved blocks. */
import { createRoute } from '@tanstack/react-router';
import { storeRoute } from '../../lib/root-routes';

const brandRoute = createRoute({ getParentRoute: () => storeRoute, path: 'brand' }).lazy(() =>
  import('./brand').then((m) => m.route),
);

export const brandRoutes = [brandRoute];
