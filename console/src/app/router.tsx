/** The one table of routes: a line per feature. Screens are loaded when they are first opened. */
import { createRoute, createRouter, redirect } from '@tanstack/react-router';
import { accountRoutes } from '../features/account/routes';
import { attributesRoutes } from '../features/attributes/routes';
import { auditRoutes } from '../features/audit/routes';
import { brandRoutes } from '../features/brand/routes';
import { campaignsRoutes } from '../features/campaigns/routes';
import { contactsRoutes } from '../features/contacts/routes';
import { domainsRoutes } from '../features/domains/routes';
import { editorRoutes } from '../features/editor/routes';
import { eventsRoutes } from '../features/events/routes';
import { exportsRoutes } from '../features/exports/routes';
import { homeRoutes } from '../features/home/routes';
import { importsRoutes } from '../features/imports/routes';
import { jobsRoutes } from '../features/jobs/routes';
import { keysRoutes } from '../features/keys/routes';
import { captureRoutes, mediaRoutes } from '../features/media/routes';
import { relaysRoutes } from '../features/relays/routes';
import { reportsRoutes } from '../features/reports/routes';
import { sandboxRoutes } from '../features/sandbox/routes';
import { segmentsRoutes } from '../features/segments/routes';
import { sessionRoutes } from '../features/session/routes';
import { settingsRoutes } from '../features/settings/routes';
import { suppressionsRoutes } from '../features/suppressions/routes';
import { tagsRoutes } from '../features/tags/routes';
import { templatesRoutes } from '../features/templates/routes';
import { queryClient } from '../lib/query-client';
import { rootRoute, storeRoute } from '../lib/root-routes';
import { installationQuery, sessionQuery } from '../lib/session';
import { NotFound, RouteFailed, RoutePending } from './fallbacks';
import { Shell } from './shell/shell';

/** `/`: to the store used last, or to the log-in. */
const indexRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: async ({ context }) => {
    const session = await context.queries.ensureQueryData(sessionQuery);
    if (session === null) {
      const { set_up } = await context.queries.ensureQueryData(installationQuery());
      throw redirect({ to: set_up ? '/login' : '/setup' });
    }
    const last = localStorage.getItem('sp-store');
    const store = session.stores.find((s) => s.id === last) ?? session.stores[0];
    if (!session.policy_accepted || store === undefined) throw redirect({ to: '/welcome' });
    throw redirect({ to: '/s/$store/home', params: { store: store.id } });
  },
});

storeRoute.update({ component: Shell });

const routeTree = rootRoute.addChildren([
  indexRoute,
  ...captureRoutes,
  ...sessionRoutes,
  storeRoute.addChildren([
    // One line a feature, alphabetical.
    ...accountRoutes,
    ...attributesRoutes,
    ...auditRoutes,
    ...brandRoutes,
    ...campaignsRoutes,
    ...contactsRoutes,
    ...domainsRoutes,
    ...editorRoutes,
    ...eventsRoutes,
    ...exportsRoutes,
    ...homeRoutes,
    ...importsRoutes,
    ...jobsRoutes,
    ...keysRoutes,
    ...mediaRoutes,
    ...relaysRoutes,
    ...reportsRoutes,
    ...sandboxRoutes,
    ...segmentsRoutes,
    ...settingsRoutes,
    ...suppressionsRoutes,
    ...tagsRoutes,
    ...templatesRoutes,
  ]),
]);

export const router = createRouter({
  routeTree,
  basepath: '/console',
  context: { queries: queryClient },
  defaultPreload: 'intent',
  defaultPendingComponent: RoutePending,
  defaultPendingMs: 150,
  // A screen that is there is shown, however short its waiting was.
  defaultPendingMinMs: 0,
  defaultErrorComponent: RouteFailed,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
