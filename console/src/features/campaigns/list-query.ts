/** The list of campaigns: by view, by name, by time. */
import type { Schema } from '../../api/client';
import { send } from '../../api/client';
import type { Brief } from './brief';
import { LIST_KEY } from './queries';
import type { VIEWS } from './routes';

export const PAGE = 50;

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

interface Asked {
  state?: string[];
  search?: string;
  from?: string;
  to?: string;
  limit: number;
  after?: string;
}

interface BriefPage {
  items: Brief[];
  next?: string | null;
}

async function ask(query: Asked): Promise<BriefPage> {
  const { data } = await send.GET('/api/v1/campaigns', { params: { query } });
  return data as unknown as BriefPage;
}

/** A page of the list. */
export function listQuery({ view, search, after }: ListFilter) {
  const query: Asked = { limit: PAGE, after, search: search || undefined };
  if (STATES[view].length > 0) query.state = STATES[view];
  return { queryKey: [...LIST_KEY, query] as const, queryFn: () => ask(query) };
}

const CALENDAR_MAX = 500;
const CALENDAR_PAGE = 100;

/** Campaigns that were launched, or are to be, between two instants. */
export function periodQuery(from: string, to: string) {
  return {
    queryKey: [...LIST_KEY, 'period', from, to] as const,
    queryFn: async (): Promise<Brief[]> => {
      const found: Brief[] = [];
      let after: string | undefined;
      do {
        const page = await ask({ from, to, limit: CALENDAR_PAGE, after });
        found.push(...page.items);
        after = page.next ?? undefined;
      } while (after !== undefined && found.length < CALENDAR_MAX);
      return found;
    },
  };
}

/** Moves a scheduled campaign to another time. */
export async function reschedule(id: string, at: string): Promise<void> {
  await send.POST('/api/v1/campaigns/{id}/reschedule' as '/api/v1/campaigns/{id}/throttle', {
    params: { path: { id } },
    body: { at } as never,
  });
}
