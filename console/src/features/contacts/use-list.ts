/** A page of the list. A rule in the address that cannot be used is left out, and the list says so. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ProblemField, problemOf } from '../../api/problem';
import { ruleOfText } from '../../parts/rule-builder';
import { contactsQuery, type Filters } from './queries';

function complaintsAboutRule(error: unknown): ProblemField[] {
  if (error === null) return [];
  return (problemOf(error).errors ?? []).filter(({ pointer }) => pointer.startsWith('/rule'));
}

export function useContactList(wanted: Filters, after: string | undefined, limit: number) {
  const isReadable = wanted.rule === undefined || ruleOfText(wanted.rule) !== undefined;
  const asked = useQuery({
    ...contactsQuery(wanted, after, limit),
    placeholderData: keepPreviousData,
    enabled: isReadable,
  });
  const complaints = complaintsAboutRule(asked.error);
  const isBroken = !isReadable || complaints.length > 0;
  const { rule: _, ...rest } = wanted;
  const plain = useQuery({
    ...contactsQuery(rest, after, limit),
    placeholderData: keepPreviousData,
    enabled: isBroken,
  });
  return { query: isBroken ? plain : asked, filters: isBroken ? rest : wanted, isBroken, complaints };
}
