/** The list of campaigns: by view, by name, by time. The server chooses. */
import { type Schema, send } from '../../api/client';
import type { Brief } from './brief';
import { LIST_KEY } from './queries';
import type { VIEWS } from './routes';

export const PAGE = 50;
/** Pages read to fill a month of the calendar. */
const LOOK_MAX = 20;

type State = Schema<'CampaignState'>;

const STATES: Record<(typeof VIEWS)[number], State[]> = {
  all: [],
  drafts: ['draft'],
  scheduled: ['scheduled'],
  sending: ['running', 'paused'],
  sent: ['finished', 'cancelled'],
  archived: ['archived'],
};

export interface ListFilter {
  view: (typeof VIEWS)[number];
  search?: string;
  after?: string;
}

interface Wanted {
  state?: string[];
  search?: string;
  from?: string;
  to?: string;
  after?: string;
}

async function page(wanted: Wanted): Promise<Schema<'Page_CampaignBrief'>> {
  const { data } = await send.GET('/api/v1/campaigns', { params: { query: { ...wanted, limit: PAGE } } });
  return data as Schema<'Page_CampaignBrief'>;
}

/** A page of the list. */
export function listQuery({ view, search, after }: ListFilter) {
  const words = search?.trim() || undefined;
  return {
    queryKey: [...LIST_KEY, view, words, after] as const,
    queryFn: () => page({ state: STATES[view], search: words, after }),
  };
}

/** Campaigns that were launched, or are to be, between two instants. */
export function periodQuery(from: string, to: string) {
  return {
    queryKey: [...LIST_KEY, 'period', from, to] as const,
    queryFn: async (): Promise<Brief[]> => {
      const found: Brief[] = [];
      let after: string | undefined;
      for (let read = 0; read < LOOK_MAX; read += 1) {
        const next = await page({ from, to, after });
        found.push(...next.items);
        after = next.next ?? undefined;
        if (after === undefined) break;
      }
      return found;
    },
  };
}

/** Moves a scheduled campaign to another time. */
export async function reschedule(id: string, at: string): Promise<void> {
  await send.POST('/api/v1/campaigns/{id}/reschedule', { params: { path: { id } }, body: { at } });
}
