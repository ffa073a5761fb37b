/** The variables a merchant can choose from, with names in the reader's language. */
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { MERGE_TAGS, type MergeTag } from './model';

const attributesQuery = () => api.queryOptions('get', '/api/v1/attributes');

/** A variable with its name for people. */
export interface NamedTag extends MergeTag {
  label: string;
}

/** All variables: the fixed ones and the store's own attributes. */
export function useMergeTags(): NamedTag[] {
  const { t } = useTranslation('mergeTags');
  const { data } = useQuery({ ...attributesQuery(), staleTime: 60_000 });
  return useMemo(() => {
    const fixed = MERGE_TAGS.map((tag) => ({ ...tag, label: t(`tag.${tag.path}`) }));
    const own = (data?.items ?? []).map(({ name, label }) => ({
      path: attributePath(name),
      group: 'contact' as const,
      mayBeEmpty: true,
      label,
    }));
    return [...fixed, ...own];
  }, [t, data]);
}

function attributePath(name: string): string {
  return /^[a-z_]\w*$/i.test(name) ? `contact.attributes.${name}` : `contact.attributes["${name}"]`;
}

/** The name of a variable by its path; the path itself for those nobody listed. */
export function useTagLabel(): (path: string) => string {
  const tags = useMergeTags();
  return useCallback((path) => tags.find((tag) => tag.path === path)?.label ?? path, [tags]);
}
