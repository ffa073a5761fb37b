/** What is chosen in a list of the server's rows. Pure. */

/** Rows one by one, or everything that the filters match but for some. */
export type Chosen = { kind: 'rows'; ids: string[] } | { kind: 'all_matching'; except: string[] };

/** Nothing is chosen. */
export const NOTHING_CHOSEN: Chosen = { kind: 'rows', ids: [] };

/** True if the row is chosen. */
export function isChosen(chosen: Chosen, id: string): boolean {
  return chosen.kind === 'rows' ? chosen.ids.includes(id) : !chosen.except.includes(id);
}

const without = (ids: string[], gone: string[]) => ids.filter((id) => !gone.includes(id));
const withAll = (ids: string[], more: string[]) => [...new Set([...ids, ...more])];

/** The choice with some rows put in or taken out; whatever else is chosen stays so. */
export function choose(chosen: Chosen, ids: string[], on: boolean): Chosen {
  if (chosen.kind === 'rows') {
    return { kind: 'rows', ids: on ? withAll(chosen.ids, ids) : without(chosen.ids, ids) };
  }
  return { kind: 'all_matching', except: on ? without(chosen.except, ids) : withAll(chosen.except, ids) };
}
