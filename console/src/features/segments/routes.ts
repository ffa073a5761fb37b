/** Segments: the list, the builder, and one segment. */
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod';
import { storeRoute } from '../../lib/root-routes';

const text = z.string().optional().catch(undefined);

const segmentsRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'segments',
  validateSearch: z.object({ after: text, search: text, archived: z.boolean().optional().catch(undefined) }),
}).lazy(() => import('./segments').then((m) => m.route));

/** `from`: a segment whose rule the new one begins with; `rule`: such a rule as a text. */
const newSegmentRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'segments/new',
  validateSearch: z.object({ from: text, rule: text }),
}).lazy(() => import('./new-segment').then((m) => m.route));

export const SEGMENT_TABS = ['overview', 'members', 'versions', 'explain'] as const;

const segmentRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'segments/$segment',
  validateSearch: z.object({
    tab: z.enum(SEGMENT_TABS).optional().catch(undefined),
    after: text,
    contact: text,
  }),
}).lazy(() => import('./segment').then((m) => m.route));

const editSegmentRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'segments/$segment/edit',
}).lazy(() => import('./edit-segment').then((m) => m.route));

export const segmentsRoutes = [segmentsRoute, newSegmentRoute, segmentRoute, editSegmentRoute];
