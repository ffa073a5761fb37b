/** What visitors of the shop do, as it comes in. */
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod';
import { storeRoute } from '../../lib/root-routes';

const text = z.string().optional().catch(undefined);

const eventsRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'events',
  validateSearch: z.object({
    show: z.enum(['refused']).optional().catch(undefined),
    kind: z.enum(['alias', 'group', 'identify', 'page', 'screen', 'track']).optional().catch(undefined),
    name: text,
    after: text,
  }),
}).lazy(() => import('./events').then((m) => m.route));

export const eventsRoutes = [eventsRoute];
