/**
 * The two routes everything hangs from: the root, and a store (`/s/sto_…`). They are here and not in `app`
 * so that features can name their parent without importing upwards; `app` gives them their components.
 */
import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute } from '@tanstack/react-router';
import { enterStore } from './enter-store';

/** What loaders get. */
export interface RouterContext {
  queries: QueryClient;
}

export const rootRoute = createRootRouteWithContext<RouterContext>()();

/** Everything inside one store; the shell with the navigation is its component. */
export const storeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/s/$store',
  beforeLoad: enterStore,
});
