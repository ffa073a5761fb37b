/** What the server's catalogue says of conditions: which form a condition has and when it is complete. Pure. */
import type { Schema } from '../../api/client';
import {
  type FieldValue,
  hasEmptyGroup,
  type Leaf,
  leavesOf,
  newLeaf,
  type PropertyTest,
  type RuleGroup,
} from './model';

export type Condition = Schema<'ConditionOut'>;
export type Operator = Schema<'OperatorOut'>;
export type Field = Schema<'FieldOut'>;
export type Attribute = Schema<'AttributeOut'>;

/** Conditions by what they are about, for the menu. What is in no group comes last. */
export const TOPICS: { topic: string; conditions: string[] }[] = [
  { topic: 'consent', conditions: ['consent'] },
  {
    topic: 'person',
    conditions: ['name', 'email', 'email_domain', 'phone', 'gender', 'birthday', 'language', 'attribute'],
  },
  { topic: 'place', conditions: ['country', 'region', 'city', 'time_zone'] },
  { topic: 'behaviour', conditions: ['purchase', 'event', 'sequence', 'page_viewed', 'screen_viewed'] },
  { topic: 'groups', conditions: ['tag', 'segment', 'source', 'created', 'everybody'] },
  {
    topic: 'messages',
    conditions: [
      'message_sent',
      'message_opened',
      'message_clicked',
      'message_unsubscribed',
      'message_bounced',
      'message_complained',
    ],
  },
];

/** The catalogue's conditions by topic; those of no topic under `other`. */
export function byTopic(conditions: Condition[]): { topic: string; conditions: Condition[] }[] {
  const known = new Set(TOPICS.flatMap((t) => t.conditions));
  const listed = TOPICS.map(({ topic, conditions: ids }) => ({
    topic,
    conditions: ids.flatMap((id) => conditions.filter((c) => c.id === id)),
  }));
  const other = conditions.filter((c) => !known.has(c.id));
  return [...listed, { topic: 'other', conditions: other }].filter((t) => t.conditions.length > 0);
}

/** The operator of a condition that a leaf uses. */
export function operatorOf(condition: Condition, leaf: Leaf): Operator | undefined {
  return condition.operators.find((o) => o.word === leaf.operator);
}

/** A new leaf of a condition: the first operator, nothing filled in but what has only one sensible answer. */
export function blankLeaf(condition: Condition): Leaf {
  const operator = condition.operators[0];
  const fields: Record<string, FieldValue> =
    condition.id === 'consent' ? { channel: 'email', status: 'subscribed' } : {};
  return newLeaf(condition.id, operator?.word ?? '', fields);
}

/** The same leaf with another operator; fields that it takes too keep their values. */
export function withOperator(condition: Condition, leaf: Leaf, word: string): Leaf {
  const operator = condition.operators.find((o) => o.word === word);
  const kept = new Set([...(operator?.needs ?? []), ...(operator?.takes ?? [])]);
  const fields = Object.fromEntries(Object.entries(leaf.fields).filter(([name]) => kept.has(name)));
  return { ...leaf, operator: word, fields };
}

/** The same leaf with a field set, or cleared with undefined. */
export function withField(leaf: Leaf, name: string, value: FieldValue | undefined): Leaf {
  const { [name]: _, ...rest } = leaf.fields;
  return { ...leaf, fields: value === undefined ? rest : { ...rest, [name]: value } };
}

const ORDER = new Set(['less_than', 'at_most', 'greater_than', 'at_least', 'between']);
const TEXT_ONLY = new Set(['contains', 'not_contains', 'starts_with', 'ends_with']);
const TIME_ONLY = new Set(['in_last_days', 'in_next_days']);
const ANY_TYPE = new Set(['equals', 'not_equals', 'exists', 'not_exists']);

/** True if attributes of a type can be compared so (the same rules as the server's). */
export function fitsType(type: Attribute['type'], operator: string): boolean {
  if (type === 'text') return !ORDER.has(operator) && !TIME_ONLY.has(operator);
  if (type === 'bool') return ANY_TYPE.has(operator);
  if (type === 'date' || type === 'time') return !TEXT_ONLY.has(operator);
  return !TEXT_ONLY.has(operator) && !TIME_ONLY.has(operator);
}

/** The operators that a leaf may use; for a custom attribute those that fit its type. */
export function operatorsFor(condition: Condition, type: Attribute['type'] | undefined): Operator[] {
  if (condition.id !== 'attribute' || type === undefined) return condition.operators;
  return condition.operators.filter((o) => fitsType(type, o.word));
}

function isGiven(value: FieldValue | undefined): boolean {
  if (value === undefined) return false;
  if (Array.isArray(value)) return value.length > 0 && value.every(isWhole);
  return typeof value === 'string' ? value.trim() !== '' : !Number.isNaN(value);
}

/** True for a text, and for a test of a property that has all it needs. */
function isWhole(item: string | PropertyTest): boolean {
  if (typeof item === 'string') return true;
  const needsValue = item.operator !== 'exists' && item.operator !== 'not_exists';
  return item.property.trim() !== '' && (!needsValue || (item.value !== undefined && item.value !== ''));
}

/** The fields a leaf still needs: those it must have, and those that were begun. */
export function missingFields(condition: Condition, leaf: Leaf): string[] {
  const operator = operatorOf(condition, leaf);
  if (operator === undefined) return [];
  const begun = operator.takes.filter((name) => Array.isArray(leaf.fields[name]));
  return [...operator.needs, ...begun].filter((name) => !isGiven(leaf.fields[name]));
}

/** The event that a field of a leaf is about, if its name is known: what its properties are asked of. */
export function eventOf(
  leaf: Leaf,
  field: string,
): { kind: 'track' | 'page' | 'screen'; name: string } | undefined {
  if (leaf.condition === 'purchase') return { kind: 'track', name: 'Order Completed' };
  const kind = ({ page_viewed: 'page', screen_viewed: 'screen' } as const)[leaf.condition] ?? 'track';
  const { event, name, then } = leaf.fields;
  const named = kind === 'track' ? (field === 'then_where' ? then : event) : name;
  return typeof named === 'string' ? { kind, name: named } : undefined;
}

/** True if every condition has all it needs and no group is empty. */
export function isComplete(conditions: Condition[], root: RuleGroup): boolean {
  return (
    !hasEmptyGroup(root) &&
    leavesOf(root).every((leaf) => {
      const condition = conditions.find((c) => c.id === leaf.condition);
      return condition === undefined || missingFields(condition, leaf).length === 0;
    })
  );
}
