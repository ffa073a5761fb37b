/** Relays: how mail leaves this installation. */
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod';
import { storeRoute } from '../../lib/root-routes';

const relaysRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'relays',
  validateSearch: z.object({ edit: z.string().optional().catch(undefined) }),
}).lazy(() => import('./relays').then((m) => m.route));

export const relaysRoutes = [relaysRoute];
