/** Contacts: the list and one contact. */
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod';
import { storeRoute } from '../../lib/root-routes';

const text = z.string().optional().catch(undefined);

/** A rule stays as it was given, also a broken one: the list says that it is. */
const rule = z
  .unknown()
  .transform((given) => (typeof given === 'string' ? given : JSON.stringify(given)))
  .optional();

/** States of a channel that the list can be filtered by. */
export const STATUSES = [
  'sendable',
  'subscribed',
  'unsubscribed',
  'never_subscribed',
  'bounced',
  'complained',
  'suppressed',
] as const;

const contactsRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'contacts',
  validateSearch: z.object({
    search: text,
    tag: text,
    segment: text,
    channel: z.enum(['email', 'sms', 'push']).optional().catch(undefined),
    status: z.enum(STATUSES).optional().catch(undefined),
    rule,
    after: text,
    limit: z.literal([25, 50, 100]).optional().catch(undefined),
  }),
}).lazy(() => import('./contacts').then((m) => m.route));

export const CONTACT_TABS = ['timeline', 'behaviour', 'campaigns', 'consent'] as const;

const contactRoute = createRoute({
  getParentRoute: () => storeRoute,
  path: 'contacts/$contact',
  validateSearch: z.object({ tab: z.enum(CONTACT_TABS).optional().catch(undefined) }),
}).lazy(() => import('./contact').then((m) => m.route));

export const contactsRoutes = [contactsRoute, contactRoute];
