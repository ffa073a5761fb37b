/** The list of campaigns: by view, by name, by time. */
import { type Schema, send } from '../../api/client';
import { type Brief, momentOf } from './brief';
import { LIST_KEY } from './queries';
import type { VIEWS } from './routes';

export const PAGE = 50;
/** Pages read to fill one of a narrow view. */
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

export interface BriefPage {
  items: Brief[];
  next?: string | null;
}

async function page(archived: boolean, after: string | undefined): Promise<BriefPage> {
  const { data } = await send.GET('/api/v1/campaigns', {
    params: { query: { archived, limit: PAGE, after } },
  });
  const { items, next } = data as Schema<'Page_CampaignOut'>;
  return { items: items.map(({ content, ...rest }) => ({ ...rest, subject: content.subject })), next };
}

/** Reads on until something fits or the end is reached: a narrow view shows no empty pages in between. */
async function look(
  archived: boolean,
  fits: (campaign: Brief) => boolean,
  after: string | undefined,
): Promise<BriefPage> {
  const items: Brief[] = [];
  let next: string | undefined = after;
  for (let read = 0; read < LOOK_MAX; read += 1) {
    const found = await page(archived, next);
    items.push(...found.items.filter(fits));
    next = found.next ?? undefined;
    if (next === undefined || items.length >= PAGE / 2) break;
  }
  return { items, next };
}

/** A page of the list. */
export function listQuery({ view, search, after }: ListFilter) {
  const [states, words] = [STATES[view], (search ?? '').toLowerCase()];
  const fits = (campaign: Brief) =>
    (states.length === 0 || states.includes(campaign.state)) && campaign.name.toLowerCase().includes(words);
  return {
    queryKey: [...LIST_KEY, view, words, after] as const,
    queryFn: () => look(view === 'archived', fits, after),
  };
}

/** Campaigns that were launched, or are to be, between two instants. */
export function periodQuery(from: string, to: string) {
  const fits = (campaign: Brief) => {
    const at = momentOf(campaign);
    return at !== undefined && new Date(at) >= new Date(from) && new Date(at) < new Date(to);
  };
  return {
    queryKey: [...LIST_KEY, 'period', from, to] as const,
    queryFn: async (): Promise<Brief[]> => {
      const found: Brief[] = [];
      let after: string | undefined;
      for (let read = 0; read < LOOK_MAX; read += 1) {
        const next = await page(false, after);
        found.push(...next.items.filter(fits));
        after = next.next ?? undefined;
        if (after === undefined) break;
      }
      return found;
    },
  };
}

/** Moves a scheduled campaign to another time. Offered only where the server says that it can. */
export async function reschedule(id: string, at: string): Promise<void> {
  await send.POST('/api/v1/campaigns/{id}/reschedule' as '/api/v1/campaigns/{id}/throttle', {
    params: { path: { id } },
    body: { at } as never,
  });
}
