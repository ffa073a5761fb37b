/** From the filters of the list and what is chosen in it to what the API calls a selection. Pure. */
import { type RuleDocument, type RuleNode, ruleOfText } from '../../parts/rule-builder';
import type { Chosen } from '../../ui/chosen';
import type { Filters, Selection } from './queries';

/** Most ids one call may name (the server's limit). */
export const IDS_MAX = 10_000;

/** True if any filter is set. */
export function isFiltered(filters: Filters): boolean {
  return Object.entries(filters).some(([name, value]) => name !== 'channel' && value !== undefined);
}

type Conditions = Pick<Selection, 'search' | 'tag' | 'segment' | 'status' | 'channel' | 'rule'>;

/** The filters as the API's conditions; a channel alone is none. */
export function conditionsOf({ search, tag, segment, status, channel, rule }: Filters): Conditions {
  const document = rule === undefined ? undefined : ruleOfText(rule);
  return {
    search,
    tag,
    segment,
    status,
    channel: status === undefined ? undefined : channel,
    rule: document as unknown as Selection['rule'],
  };
}

/** The selection; without filters "all that match" is every contact. */
export function selectionOf(chosen: Chosen, filters: Filters): Selection {
  if (chosen.kind === 'rows') return { ids: chosen.ids };
  const excluded_ids = chosen.except.length === 0 ? undefined : chosen.except;
  return isFiltered(filters) ? { ...conditionsOf(filters), excluded_ids } : { all: true, excluded_ids };
}

/** True if the selection names more contacts than one call may. */
export function namesTooMany(chosen: Chosen): boolean {
  return (chosen.kind === 'rows' ? chosen.ids : chosen.except).length > IDS_MAX;
}

/** The filters as the rule of a segment; undefined if it would say no more than a segment that is there. */
export function segmentRuleOf(filters: Filters): RuleDocument | undefined {
  const { tag, segment, status, channel = 'email', rule } = filters;
  const document = rule === undefined ? undefined : ruleOfText(rule);
  if (tag === undefined && status === undefined && document === undefined) return undefined;
  const nodes: RuleNode[] = [];
  if (segment !== undefined) nodes.push({ condition: 'segment', operator: 'is_member', segment });
  if (tag !== undefined) nodes.push({ condition: 'tag', operator: 'has_any', values: [tag] });
  if (status !== undefined) nodes.push({ condition: 'consent', operator: 'is', channel, status });
  if (document !== undefined) nodes.push(document.rule);
  const [only] = nodes;
  return { version: 1, rule: nodes.length === 1 && only !== undefined ? only : { all: nodes } };
}
