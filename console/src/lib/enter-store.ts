/** What happens before a store's screens: there is a log-in, the policy is accepted, the store is one's own. */
import { notFound, redirect } from '@tanstack/react-router';
import { chooseStore, currentStore } from '../api/client';
import { setStoreZone } from './format';
import type { RouterContext } from './root-routes';
import { sessionQuery, storeQuery } from './session';

export async function enterStore(options: {
  params: { store: string };
  location: { href: string };
  context: RouterContext;
}): Promise<void> {
  const { params, location, context } = options;
  const session = await context.queries.ensureQueryData(sessionQuery);
  if (session === null) throw redirect({ to: '/login', search: { next: location.href } });
  if (!session.policy_accepted) throw redirect({ to: '/welcome', search: { next: location.href } });
  if (!session.stores.some((s) => s.id === params.store)) throw notFound();
  if (currentStore() !== params.store) {
    // Another store's rows must never be shown, not even for a moment.
    context.queries.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
    chooseStore(params.store);
    localStorage.setItem('sp-store', params.store);
  }
  const store = await context.queries.ensureQueryData(storeQuery());
  setStoreZone(store.settings.time_zone ?? 'UTC');
}
