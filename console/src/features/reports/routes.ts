/** Reports of campaigns: the report, and the people behind its figures. */
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod';
import { storeRoute } from '../../lib/root-routes';

export const TABS = ['overview', 'links', 'domains', 'delivery', 'lookup'] as const;

export const FIGURES = [
  'audience',
  'accepted',
  'deferred',
  'failed',
  'suppressed',
  'unknown',
  'opened',
  'opened_by_machine',
  'clicked',
  'clicked_by_machine',
  'bounced',
  'complained',
  'unsubscribed',
] as const;

const text = z.string().optional().catch(undefined);

const reportRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'campaigns/$campaign/report',
  validateSearch: z.object({
    tab: z.enum(TABS).optional().catch(undefined),
    /** The contact of the look-up. */
    contact: text,
  }),
}).lazy(() => import('./report').then((m) => m.route));

const peopleRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'campaigns/$campaign/report/people',
  validateSearch: z.object({
    figure: z.enum(FIGURES).optional().catch(undefined),
    link: z.number().int().optional().catch(undefined),
    reason: text,
    after: text,
  }),
}).lazy(() => import('./people').then((m) => m.route));

export const reportsRoutes = [reportRoute, peopleRoute];
