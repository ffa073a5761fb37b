/** What became of a contact in a campaign, in the reader's words. The server's own sentence is English. */
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client';
import type { Tone } from '../../ui/status';

export type Decision = Schema<'Decision'>;

const TONES: Record<string, Tone> = {
  accepted: 'good',
  failed: 'bad',
  deferred: 'warning',
  suppressed: 'neutral',
  unknown: 'warning',
  open: 'busy',
  not_in_audience: 'neutral',
};

export interface DecisionWords {
  /** One or two words for an outcome. */
  outcome: (outcome: string) => string;
  /** One or two words for a reason, for lists and charts. */
  reason: (reason: string) => string;
  /** The whole reason as a sentence. */
  sentence: (decision: Decision) => string;
  tone: (outcome: string) => Tone;
}

export function useDecisionWords(): DecisionWords {
  const { t, i18n } = useTranslation('decisions');
  const known = (key: string, fallback: string) => (i18n.exists(`decisions:${key}`) ? t(key) : fallback);
  return {
    outcome: (outcome) => known(`outcome.${outcome}`, outcome),
    reason: (reason) => known(`reason.${reason}`, reason),
    sentence: ({ reason, outcome, sentence }) =>
      reason ? known(`sentence.${reason}`, sentence) : known(`plain.${outcome}`, sentence),
    tone: (outcome) => TONES[outcome] ?? 'neutral',
  };
}
