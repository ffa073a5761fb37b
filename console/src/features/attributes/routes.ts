/** Custom fields of contacts. */
import { createRoute } from '@tanstack/react-router';
import { storeRoute } from '../../lib/root-routes';

const attributesRoute = createRoute({ getParentRoute: () => storeRoute, path: 'fields' }).lazy(() =>
  import('./attributes').then((m) => m.route),
);

export const attributesRoutes = [attributesRoute];
