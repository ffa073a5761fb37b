/** Words for what was decided of a recipient: outcomes, reasons of the gate, classes of refusals. */
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client';
import { useServerWords } from '../../lib/server-words';
import type { Tone } from '../../ui/status';

const TONES: Record<string, Tone> = {
  accepted: 'good',
  failed: 'bad',
  deferred: 'warning',
  suppressed: 'neutral',
  unknown: 'warning',
  open: 'busy',
  not_in_audience: 'neutral',
};

/** The colour of an outcome. */
export function outcomeTone(outcome: string): Tone {
  return TONES[outcome] ?? 'neutral';
}

export interface DecisionWords {
  /** An outcome in a word or two: `Delivered`. */
  outcome: (outcome: string) => string;
  /** A reason in two or three words, for bars and tables: `No consent`. */
  reason: (reason: string) => string;
  /** A decision as a sentence. */
  sentence: (decision: Pick<Schema<'Decision'>, 'outcome' | 'reason' | 'sentence'>) => string;
  /** A cause (reason and the server's sentence) as a sentence. */
  cause: (reason: string, sentence: string) => string;
}

export function useDecisionWords(): DecisionWords {
  const { t, i18n } = useTranslation('decisions');
  const words = useServerWords('decisions');
  const short = (group: string, word: string) =>
    i18n.exists(`decisions:${group}.${word}`) ? t(`${group}.${word}`) : word.replaceAll('_', ' ');
  const cause = (reason: string, sentence: string) => words(`sentence.${reason}`, sentence);
  return {
    outcome: (outcome) => short('outcome', outcome),
    reason: (reason) => short('reason', reason),
    cause,
    sentence: ({ outcome, reason, sentence }) => cause(reason ?? `outcome_${outcome}`, sentence),
  };
}
