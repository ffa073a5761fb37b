/** Campaigns: list, calendar, wizard, and the live page. Filters, steps and periods are in the URL. */
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod';
import { storeRoute } from '../../lib/root-routes';

export const VIEWS = ['all', 'drafts', 'scheduled', 'sending', 'sent', 'archived'] as const;
export const STEPS = ['audience', 'content', 'timing', 'review'] as const;

const text = z.string().optional().catch(undefined);

const listRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'campaigns',
  validateSearch: z.object({
    view: z.enum(VIEWS).optional().catch(undefined),
    search: text,
    after: text,
  }),
}).lazy(() => import('./campaigns').then((m) => m.route));

const calendarRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'campaigns/calendar',
  validateSearch: z.object({
    /** A day in the period shown, `YYYY-MM-DD`. */
    day: z.iso.date().optional().catch(undefined),
    period: z.enum(['month', 'week']).optional().catch(undefined),
  }),
}).lazy(() => import('./calendar').then((m) => m.route));

const newRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'campaigns/new',
  validateSearch: z.object({ segment: text, template: text }),
}).lazy(() => import('./new-campaign').then((m) => m.route));

const liveRoute = createRoute({ getParentRoute: () => storeRoute, path: 'campaigns/$campaign' }).lazy(() =>
  import('./live').then((m) => m.route),
);

const wizardRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'campaigns/$campaign/edit',
  validateSearch: z.object({ step: z.enum(STEPS).optional().catch(undefined) }),
}).lazy(() => import('./wizard').then((m) => m.route));

export const campaignsRoutes = [listRoute, calendarRoute, newRoute, liveRoute, wizardRoute];
