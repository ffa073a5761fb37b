/** Where the items of the checklist and the alerts lead: paths below `/s/$store`. */
import type { Home, Setup } from './queries';

/** The place where an item of the checklist is done. */
export const SETUP_PLACES: Record<Setup['items'][number]['key'], string> = {
  postal_address: '/settings/store',
  sender_domain: '/domains',
  relay: '/relays',
  contacts: '/imports/new',
  brand: '/brand',
  template: '/templates',
  test_message: '/campaigns',
  first_campaign: '/campaigns/new',
};

/** The place where an alert can be looked into; undefined if the console has none. */
export function alertPlace({ code, object }: Home['alerts'][number]): string | undefined {
  switch (code) {
    case 'postal_address':
      return '/settings/store';
    case 'domain_records':
      return object ? `/domains/${object}` : '/domains';
    case 'relay_test':
      return '/relays';
    case 'campaign_held':
    case 'campaign_late':
      return object ? `/campaigns/${object}` : '/campaigns';
    case 'complaints':
    case 'bounces':
      return '/campaigns';
    case 'job_failed':
      return '/jobs';
    default:
      return undefined;
  }
}
