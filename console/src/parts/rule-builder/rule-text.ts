/**
 * A rule as a short text that an address can carry, and back. Pure.
 *
 * What comes back has the shape of a rule and no more is promised: whether its conditions exist is for the
 * server to say.
 */
import type { FieldValue, RuleDocument, RuleNode } from './model';

/** Longest text to put into an address: a saved view holds it with its other filters. */
export const RULE_TEXT_MAX = 6_000;
/** Longest text that is read. */
const READ_MAX = 8_000;
/** Limits of the server. */
const NODES_MAX = 200;
const DEPTH_MAX = 8;

/** Conditions are lists (id, operator, fields) to be short; groups stay as they are. */
type Short = { all: Short[] } | { any: Short[] } | { not: Short } | [string, string, Fields];
type Fields = Record<string, FieldValue>;

function shorten(node: RuleNode): Short {
  if ('all' in node && Array.isArray(node.all)) return { all: (node.all as RuleNode[]).map(shorten) };
  if ('any' in node && Array.isArray(node.any)) return { any: (node.any as RuleNode[]).map(shorten) };
  if ('not' in node && typeof node.not === 'object') return { not: shorten(node.not as RuleNode) };
  const { condition, operator = '', ...fields } = node as { condition: string; operator?: string };
  return [condition, operator, fields as Fields];
}

/** The text of a rule. It may be longer than {@link RULE_TEXT_MAX}; then no address should carry it. */
export function ruleText(document: RuleDocument): string {
  const bytes = new TextEncoder().encode(JSON.stringify(shorten(document.rule)));
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(letters).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function isTest(value: unknown): boolean {
  const { property, operator, value: wanted } = (value ?? {}) as Record<string, unknown>;
  const rest = wanted === undefined || isScalar(wanted);
  return typeof property === 'string' && typeof operator === 'string' && rest;
}

function isValue(value: unknown): value is FieldValue {
  if (!Array.isArray(value)) return isScalar(value);
  return value.every((one) => typeof one === 'string') || value.every(isTest);
}

function leaf([condition, operator, fields]: unknown[]): RuleNode {
  const good =
    typeof condition === 'string' &&
    typeof operator === 'string' &&
    typeof fields === 'object' &&
    fields !== null &&
    Object.values(fields).every(isValue);
  if (!good) throw new TypeError('not a condition');
  return { ...(fields as Fields), condition, ...(operator === '' ? {} : { operator }) };
}

/** Undoes `shorten`; `left` counts the nodes that may still come. */
function lengthen(short: unknown, depth: number, left: { nodes: number }): RuleNode {
  left.nodes -= 1;
  if (left.nodes < 0 || depth > DEPTH_MAX) throw new TypeError('too large for a rule');
  if (Array.isArray(short)) return leaf(short);
  const [entry, ...others] = Object.entries((short ?? {}) as object);
  if (entry === undefined || others.length > 0) throw new TypeError('not a group');
  const [word, inner] = entry as [string, unknown];
  if (word === 'not') return { not: lengthen(inner, depth + 1, left) };
  if (!Array.isArray(inner) || inner.length === 0) throw new TypeError('an empty group');
  const children = inner.map((child) => lengthen(child, depth + 1, left));
  if (word === 'all') return { all: children };
  if (word === 'any') return { any: children };
  throw new TypeError('not a group');
}

/** The rule of a text, or undefined if it is not one. */
export function ruleOfText(text: string): RuleDocument | undefined {
  if (text.length > READ_MAX) return undefined;
  try {
    const letters = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    const short: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return { version: 1, rule: lengthen(short, 1, { nodes: NODES_MAX }) };
  } catch {
    return undefined;
  }
}
