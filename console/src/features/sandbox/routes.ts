/** The sandbox inbox. Filter, chosen message and how it is looked at are in the URL. */
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod';
import { storeRoute } from '../../lib/root-routes';

export const VIEWS = ['html', 'text', 'headers', 'links', 'source'] as const;

const sandboxRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'sandbox',
  validateSearch: z.object({
    campaign: z.string().optional().catch(undefined),
    after: z.string().optional().catch(undefined),
    message: z.string().optional().catch(undefined),
    view: z.enum(VIEWS).optional().catch(undefined),
    phone: z.boolean().optional().catch(undefined),
    dark: z.boolean().optional().catch(undefined),
  }),
}).lazy(() => import('./sandbox').then((m) => m.route));

export const sandboxRoutes = [sandboxRoute];
