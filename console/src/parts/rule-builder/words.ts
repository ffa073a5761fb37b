/** Conditions, operators, fields and choices in the reader's words; what is not known here shows the server's. */
import { useTranslation } from 'react-i18next';
import type { Condition, Field, Operator } from './catalogue';

export interface RuleWords {
  condition: (condition: Pick<Condition, 'id' | 'title'>) => string;
  help: (condition: Pick<Condition, 'id' | 'help'>) => string;
  operator: (condition: string, operator: Pick<Operator, 'word' | 'title'>) => string;
  field: (condition: string, field: Pick<Field, 'name' | 'title'>) => string;
  choice: (field: string, choice: { word: string; title: string }) => string;
  topic: (topic: string) => string;
}

/** The words of rules in the present language. */
export function useRuleWords(): RuleWords {
  const { t, i18n } = useTranslation('rules');
  const first = (keys: string[], fallback: string) => {
    const key = keys.find((k) => i18n.exists(`rules:${k}`));
    return key === undefined ? fallback : t(key);
  };
  return {
    condition: ({ id, title }) => first([`condition.${id}`], title),
    help: ({ id, help }) => first([`help.${id}`], help),
    operator: (condition, { word, title }) =>
      first([`operatorOf.${condition}.${word}`, `operator.${word}`], title),
    field: (condition, { name, title }) => first([`fieldOf.${condition}.${name}`, `field.${name}`], title),
    choice: (field, { word, title }) => first([`choice.${field}.${word}`, `choice.${word}`], title),
    topic: (topic) => first([`topic.${topic}`], topic),
  };
}
