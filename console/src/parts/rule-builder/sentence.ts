/** What a rule says, in the reader's language: the server writes its own sentences in English only. */
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import {
  calendarDay,
  countryName,
  dateTime,
  dayOfYear,
  languageName,
  monthName,
  number,
} from '../../lib/format';
import { intlLanguage } from '../../lib/i18n';
import { everySegmentQuery } from '../audience-pickers/queries';
import type { Condition, Field } from './catalogue';
import {
  type FieldValue,
  type Leaf,
  type PropertyTest,
  parseRule,
  type RuleGroup,
  type TreeNode,
} from './model';
import { attributesQuery, campaignChoiceQuery, catalogueQuery, importChoiceQuery } from './queries';
import { type RuleWords, useRuleWords } from './words';

/** Names of what rules mention by id. */
export interface Names {
  segment: (id: string) => string;
  campaign: (id: string) => string;
  import: (id: string) => string;
  attribute: (name: string) => string;
}

/** All that a sentence is made of. */
export interface Grammar {
  conditions: Condition[];
  words: RuleWords;
  names: Names;
  /** Texts of the namespace `rules`. */
  t: (key: string, values?: Record<string, unknown>) => string;
}

function listed(values: string[]): string {
  return new Intl.ListFormat(intlLanguage(), { type: 'disjunction' }).format(values);
}

function one(field: Field, value: string | number | boolean, { words, names, t }: Grammar): string {
  const text = String(value);
  switch (field.kind) {
    case 'choice':
    case 'choices':
      return words.choice(
        field.name,
        field.choices.find((c) => c.word === text) ?? { word: text, title: text },
      );
    case 'countries':
      return countryName(text);
    case 'languages':
      return languageName(text);
    case 'segment':
      return t('sentence.quoted', { text: names.segment(text) });
    case 'campaign':
      return t('sentence.quoted', { text: names.campaign(text) });
    case 'import':
      return t('sentence.quoted', { text: names.import(text) });
    case 'event_name':
    case 'tags':
    case 'text':
    case 'texts':
      return t('sentence.quoted', { text });
    case 'days':
      return t('sentence.days', { count: Number(value), shown: number(Number(value)) });
    case 'amount':
    case 'count':
      return number(Number(value));
    case 'month':
      return monthName(Number(value));
    case 'month_day':
      return dayOfYear(text);
    case 'instant':
      return text.length === 10 ? calendarDay(text) : dateTime(text);
    default:
      return typeof value === 'boolean' ? t(value ? 'yes' : 'no') : text;
  }
}

function tested({ property, operator, value }: PropertyTest, { t }: Grammar): string {
  const text = typeof value === 'string' ? t('sentence.quoted', { text: value }) : value;
  const shownValue = typeof text === 'number' ? number(text) : String(text ?? '');
  return t('sentence.leaf', {
    subject: property,
    operator: t(`operator.${operator}`),
    values: shownValue,
  }).trim();
}

function shown(field: Field, value: FieldValue, grammar: Grammar): string {
  if (!Array.isArray(value)) return one(field, value, grammar);
  const tests = (value as unknown[]).filter((item): item is PropertyTest => typeof item === 'object');
  if (tests.length > 0) return tests.map((test) => tested(test, grammar)).join(grammar.t('sentence.and'));
  return listed((value as string[]).map((v) => one(field, v, grammar)));
}

/** One condition as a sentence. */
export function leafSentence(leaf: Leaf, grammar: Grammar): string {
  const { conditions, words, names, t } = grammar;
  const condition = conditions.find((c) => c.id === leaf.condition);
  if (condition === undefined) return leaf.condition;
  const operator = condition.operators.find((o) => o.word === leaf.operator);
  const attribute = leaf.fields['attribute'];
  const subject = typeof attribute === 'string' ? names.attribute(attribute) : words.condition(condition);
  const values = (fieldNames: string[]) =>
    fieldNames.flatMap((name) => {
      const field = condition.fields.find((f) => f.name === name);
      const value = leaf.fields[name];
      return field === undefined || value === undefined || field.kind === 'attribute'
        ? []
        : [{ field, value }];
    });
  const needed = values(operator?.needs ?? []).map(({ field, value }) => shown(field, value, grammar));
  const details = values(operator?.takes ?? []).map(({ field, value }) =>
    t('sentence.detail', { name: words.field(condition.id, field), value: shown(field, value, grammar) }),
  );
  const main = t('sentence.leaf', {
    subject,
    operator: operator === undefined ? '' : words.operator(condition.id, operator),
    values: needed.join(leaf.operator === 'between' ? t('sentence.to') : ' '),
  }).trim();
  return details.length === 0
    ? main
    : t('sentence.withDetails', { main, details: details.join(t('sentence.comma')) });
}

/** A condition or a group as a sentence; `inner` if it stands inside another one. */
export function nodeSentence(node: TreeNode, grammar: Grammar, inner = false): string {
  if (node.kind === 'leaf') return leafSentence(node, grammar);
  return groupSentence(node, grammar, inner);
}

/** A group as a sentence; inside another one it stands in brackets. */
export function groupSentence(group: RuleGroup, grammar: Grammar, inner = false): string {
  const { t } = grammar;
  const parts = group.children.map((child) => nodeSentence(child, grammar, true));
  const either = group.join === 'any' || group.join === 'none';
  const joined = parts.join(t(either ? 'sentence.or' : 'sentence.and'));
  if (group.join === 'none' || group.join === 'not_all') return t('sentence.not', { inner: joined });
  return inner && parts.length > 1 ? t('sentence.brackets', { inner: joined }) : joined;
}

/** Names and words for sentences; asks the server for names only where sentences are made here. */
export function useGrammar(enabled: boolean): Grammar | undefined {
  const { t } = useTranslation('rules');
  const words = useRuleWords();
  const catalogue = useQuery({ ...catalogueQuery(), enabled });
  const segments = useQuery({ ...everySegmentQuery(), enabled }).data ?? [];
  const campaigns = useQuery({ ...campaignChoiceQuery(), enabled }).data?.items ?? [];
  const imports = useQuery({ ...importChoiceQuery(), enabled }).data?.items ?? [];
  const attributes = useQuery({ ...attributesQuery(), enabled }).data?.items ?? [];
  if (!enabled || catalogue.data === undefined) return undefined;
  const names: Names = {
    segment: (id) => segments.find((s) => s.id === id)?.name ?? id,
    campaign: (id) => campaigns.find((c) => c.id === id)?.name ?? id,
    import: (id) => imports.find((i) => i.id === id)?.file_name ?? id,
    attribute: (name) => attributes.find((a) => a.name === name)?.label ?? name,
  };
  return { conditions: catalogue.data.items, words, names, t: t as Grammar['t'] };
}

/** Gives the sentence of a rule: the server's in English, else one made here. */
export function useSentence(): (rule: unknown, english: string) => string {
  const here = intlLanguage() !== 'en';
  const grammar = useGrammar(here);
  return (rule, english) =>
    here && grammar !== undefined ? groupSentence(parseRule(rule), grammar) : english;
}
