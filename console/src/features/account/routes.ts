/** One's own account: log-ins and password. */
import { createRoute } from '@tanstack/react-router';
import { storeRoute } from '../../lib/root-routes';

const accountRoute = createRoute({ getParentRoute: () => storeRoute, path: 'account' }).lazy(() =>
  import('./account').then((m) => m.route),
);

export const accountRoutes = [accountRoute];
