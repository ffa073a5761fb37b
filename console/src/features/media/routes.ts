/** The media library, and the one page that may use camera and microphone. */
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod';
import { enterStore } from '../../lib/enter-store';
import { rootRoute, storeRoute } from '../../lib/root-routes';

const listRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'media',
  validateSearch: z.object({
    search: z.string().optional().catch(undefined),
    kind: z.enum(['image', 'video', 'audio', 'text']).optional().catch(undefined),
    view: z.enum(['grid', 'list']).optional().catch(undefined),
    item: z.string().optional().catch(undefined),
  }),
}).lazy(() => import('./media').then((m) => m.route));

/**
 * `/capture`: its document alone is sent with a permissions policy that allows camera, microphone and location
 * (P-033). It is therefore entered and left by loading a page, never by moving within one.
 */
const captureRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/capture',
  validateSearch: z.object({
    store: z.string(),
    kind: z.enum(['photo', 'video', 'sound']).optional().catch(undefined),
  }),
  beforeLoad: ({ search, location, context }) =>
    enterStore({ params: { store: search.store }, location, context }),
}).lazy(() => import('./capture/capture').then((m) => m.route));

export const captureRoutes = [captureRoute];
export const mediaRoutes = [listRoute];
