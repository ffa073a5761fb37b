/** The words for a problem: the translated sentence for its code where the server's own would say no more, else the server's. */
import { useTranslation } from 'react-i18next';
import type { Problem } from '../api/problem';
import { intlLanguage } from '../lib/i18n';

/** Codes whose sentence the console knows itself in every language. */
const OWN = new Set([
  'unreachable',
  'unexpected_answer',
  'console_fault',
  'internal',
  'unavailable',
  'rate_limited',
  'sending_locked',
  'policy_acceptance_required',
  'precondition_failed',
  'not_found',
  'forbidden',
]);

/** A function that gives the sentence for a problem. The server's detail is more specific, but English. */
export function useProblemText(): (problem: Problem) => string {
  const { t, i18n } = useTranslation();
  return (problem) => {
    const key = `problem.${problem.code}`;
    const english = intlLanguage() === 'en';
    const general = i18n.exists(key) ? t(key, { seconds: problem.retryAfter ?? 0 }) : '';
    if (problem.detail !== '' && (english || general === '' || !OWN.has(problem.code))) return problem.detail;
    return general || problem.detail || problem.title || t('problem.unexpected_answer');
  };
}
