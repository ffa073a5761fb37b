/** The filters of a list as the text that a view keeps, and back. Pure. */

/** The set filters as a query string in a fixed order: the same filters are the same text. */
export function queryOf(filters: Record<string, unknown>): string {
  const pairs = Object.entries(filters)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]): [string, string] => [name, String(value)])
    .sort(([a], [b]) => a.localeCompare(b));
  return new URLSearchParams(pairs).toString();
}

/** Back to filters; what they may be is for the route to say. */
export function filtersOf(query: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(query));
}
