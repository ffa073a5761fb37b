/** From what is chosen in the list to what the API calls a selection. Pure. */
import type { Chosen } from '../../ui/data-table';
import type { Filters, Selection } from './queries';

/** Most ids one call may name (the server's limit). */
export const IDS_MAX = 10_000;

/** True if any filter is set. */
export function isFiltered(filters: Filters): boolean {
  return Object.entries(filters).some(([name, value]) => name !== 'channel' && value !== undefined);
}

/** True if "everything that matches" can be said to the server: a search text can't, it opens sealed fields. */
export function canChooseAll(filters: Filters): boolean {
  return filters.search === undefined;
}

/** The selection; without filters "all matching" is every contact. */
export function selectionOf(chosen: Chosen, filters: Filters): Selection {
  if (chosen.kind === 'rows') return { ids: chosen.ids };
  const { tag, segment, channel, status } = filters;
  if (tag === undefined && segment === undefined && status === undefined) return { all: true };
  return { tag, segment, status, channel: status === undefined ? undefined : channel };
}
