/** What the server says against the email, with what each is about, in one list. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../api/problem';
import { intlLanguage } from '../../lib/i18n';
import { knownSentence } from '../../lib/server-sentences';
import { useEditor } from './editor-state';
import { fieldOf, type Target, targetOf } from './model/pointer';
import type { Check, Issue } from './queries';
import type { SaveState } from './use-autosave';
import type { Rendering } from './use-rendering';

/** A problem with its place. */
export interface Located {
  key: string;
  level: 'error' | 'warning' | 'fine';
  message: string;
  target: Target;
  /** Path of the field below the target, such as `items/0/href`. */
  field: string;
  part: Check['part'] | undefined;
  line?: number;
  column?: number;
}

/** Issues of the last rendering and the launch checks, worst first. */
export function useProblems(rendering: Rendering, save: SaveState): Located[] {
  const { document: email } = useEditor();
  const words = useWords();
  const { issues, checks } = rendering;
  const refused = save.kind === 'refused' ? save.problem : undefined;
  return useMemo(() => {
    const located = (issue: Issue, n: number): Located => ({
      key: `issue ${n}`,
      level: 'error',
      message: words(`issue.${issue.code}`, issue.message),
      target:
        email === undefined || issue.pointer == null ? { kind: 'email' } : targetOf(email, issue.pointer),
      field: fieldOf(issue.pointer ?? ''),
      part: issue.part,
      line: issue.line ?? undefined,
      column: issue.column ?? undefined,
    });
    const checked = (check: Check, n: number): Located => ({
      key: `check ${n}`,
      level: check.level,
      message: words(`check.${check.code}.${check.level}`, check.message),
      target: { kind: 'email' },
      field: '',
      part: check.part ?? undefined,
      line: check.line ?? undefined,
    });
    const all = [...issues.map(located), ...checks.map(checked)];
    return issues.length === 0 && refused !== undefined ? [...refusals(refused), ...all] : all;
  }, [issues, checks, refused, email, words]);
}

/** A save that was refused for a reason no rendering knows. */
function refusals(problem: Problem): Located[] {
  const common = { level: 'error', target: { kind: 'email' }, field: '', part: undefined } as const;
  const fields = problem.errors ?? [];
  if (fields.length === 0) return [{ ...common, key: 'refused', message: problem.detail }];
  return fields.map(({ detail }, n) => ({ ...common, key: `refused ${n}`, message: detail }));
}

/** The server's sentence in the reader's language; where that is not known, the console's own for its code. */
function useWords(): (key: string, sentence: string) => string {
  const { t, i18n } = useTranslation('editor');
  return useMemo(
    () => (key, sentence) => {
      if (intlLanguage() === 'en') return sentence;
      return knownSentence(sentence) ?? (i18n.exists(`editor:${key}`) ? t(key) : sentence);
    },
    [t, i18n],
  );
}
