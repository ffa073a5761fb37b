/** The canvas: the server's rendering of what is being edited, a moment after each change. */

import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { currentStore } from '../../api/client';
import { isEmailDocument } from '../../parts/email-document/types';
import { withoutBroken } from './model/pointer';
import { type EmailSource, type Issue, type Rendered, render } from './queries';

const WAIT_MS = 150;

export interface Rendering {
  /** HTML with marks, or undefined before the first. */
  html: string | undefined;
  issues: Issue[];
  checks: Rendered['checks'];
  missing: NonNullable<Rendered['preview']>['missing'];
  error: unknown;
  refetch: () => void;
}

export function useRendering(source: EmailSource, marks: boolean): Rendering {
  const { t } = useTranslation('editor');
  const note = t('canvas.incomplete');
  const [settled] = useDebouncedValue(source, WAIT_MS);
  const query = useQuery({
    queryKey: ['render-canvas', currentStore(), settled, marks, note],
    queryFn: ({ signal }) => renderAnyway(settled, marks, note, signal),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 10_000,
  });
  return {
    html: query.data?.html,
    issues: query.data?.issues ?? [],
    checks: query.data?.checks ?? [],
    missing: query.data?.missing ?? [],
    error: query.error,
    refetch: () => void query.refetch(),
  };
}

interface Drawn {
  html: string | undefined;
  issues: Issue[];
  checks: Rendered['checks'];
  missing: Rendering['missing'];
}

async function renderAnyway(
  source: EmailSource,
  marks: boolean,
  note: string,
  signal: AbortSignal,
): Promise<Drawn> {
  const first = await render(source, { mark_blocks: marks }, signal);
  if (first.preview != null) return drawn(first, first.issues);
  const { body } = source;
  const pointers = first.issues.flatMap((issue) => issue.pointer ?? []);
  if (body.format !== 'document' || !isEmailDocument(body.document) || pointers.length === 0) {
    return drawn(first, first.issues);
  }
  const document = withoutBroken(body.document, pointers, note);
  const second = await render({ ...source, body: { ...body, document } }, { mark_blocks: marks }, signal);
  return drawn(second, first.issues);
}

function drawn({ preview, checks }: Rendered, issues: Issue[]): Drawn {
  return { html: preview?.html, issues, checks, missing: preview?.missing ?? [] };
}
