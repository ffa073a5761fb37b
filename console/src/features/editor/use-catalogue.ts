/** The kinds of blocks the server knows, with the fields of each: the inspector is built from it. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { KINDS } from '../../parts/email-document/starters';
import { type BlockField, catalogueQuery } from './queries';

export interface Catalogue {
  /** In the order of the palette; kinds the console has no words for come last. */
  kinds: string[];
  fieldsOf: (kind: string) => BlockField[];
  settings: BlockField[];
  row: BlockField[];
}

export function useCatalogue(): Catalogue {
  const { data } = useQuery(catalogueQuery());
  return useMemo(() => {
    const items = new Map((data?.items ?? []).map((item) => [item.kind, item.fields]));
    const known: string[] = KINDS.filter((kind) => items.has(kind));
    return {
      kinds: [...known, ...[...items.keys()].filter((kind) => !known.includes(kind))],
      fieldsOf: (kind) => items.get(kind) ?? [],
      settings: data?.settings ?? [],
      row: data?.row ?? [],
    };
  }, [data]);
}
