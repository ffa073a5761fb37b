/** What the wizard knows of a draft: audience terms, the sender, timing, and which step mends a check. Pure. */
import type { Schema } from '../../api/client';
import type { Campaign, Draft, LaunchCheck, Settings, Sums } from './queries';
import type { STEPS } from './routes';

export type Step = (typeof STEPS)[number];

/** The part of a campaign that a draft holds. */
export function draftOf({ name, content, settings }: Pick<Campaign, 'name' | 'content' | 'settings'>): Draft {
  return { name, content, settings };
}

export type Term = Schema<'Term'>;

/** Terms as the pickers hold them. */
export interface Terms {
  everyone: boolean;
  segments: string[];
  tags: string[];
  rules: Record<string, unknown>[];
}

/** Sorts terms into what each picker shows. */
export function termsOf(terms: Settings['include']): Terms {
  const sorted: Terms = { everyone: false, segments: [], tags: [], rules: [] };
  for (const term of terms ?? []) {
    if ('all' in term) sorted.everyone = true;
    else if ('segment' in term) sorted.segments.push(term.segment);
    else if ('tag' in term) sorted.tags.push(term.tag);
    else sorted.rules.push(term.rule as unknown as Record<string, unknown>);
  }
  return sorted;
}

/** The terms of what the pickers show. Everybody makes every other term needless. */
export function listOf({ everyone, segments, tags, rules }: Terms): Term[] {
  if (everyone) return [{ all: true }];
  return [
    ...segments.map((segment) => ({ segment })),
    ...tags.map((tag) => ({ tag })),
    ...rules.map((rule) => ({ rule: rule as never })),
  ];
}

/** A sender as name and address: `Shop <news@shop.example>`. */
export function parseSender(from: string): { name: string; email: string } {
  const match = /^\s*(?:"((?:[^"\\]|\\.)*)"|([^<"]*?))\s*<([^<>]*)>\s*$/.exec(from);
  if (match === null) return { name: '', email: from.trim() };
  const quoted = match[1]?.replace(/\\(.)/g, '$1');
  return { name: quoted ?? match[2] ?? '', email: (match[3] ?? '').trim() };
}

/** Puts a sender together; a name with other than plain characters is quoted (RFC 5322 3.2.4). */
export function writeSender({ name, email }: { name: string; email: string }): string {
  const plain = name.trim();
  if (plain === '') return email.trim();
  const isAtoms = /^[\p{L}\p{N} !#$%&'*+\-/=?^_`{|}~]+$/u.test(plain);
  const shown = isAtoms ? plain : `"${plain.replace(/(["\\])/g, '\\$1')}"`;
  return `${shown} <${email.trim()}>`;
}

/** The domain of a sender; empty if there is none yet. */
export function senderDomain(from: string): string {
  const { email } = parseSender(from);
  return email.includes('@') ? (email.split('@').at(-1) ?? '').toLowerCase() : '';
}

const AUDIENCE = new Set(['nobody', 'unknown_tag']);
const TIMING = new Set(['past']);

/** Where a check is mended. */
export function stepOf(check: Pick<LaunchCheck, 'code'>): Step {
  if (AUDIENCE.has(check.code)) return 'audience';
  if (TIMING.has(check.code)) return 'timing';
  return 'content';
}

/** Checks that are mended in the design of the email and not beside it. */
export function isOfDesign(check: Pick<LaunchCheck, 'code' | 'part'>): boolean {
  return (
    check.part === 'html' || check.code === 'template' || check.code === 'render' || check.code === 'empty'
  );
}

/** Sums in the order of a bar that always closes: what is done first, what is still open last. */
export const SUM_PARTS = ['accepted', 'deferred', 'failed', 'suppressed', 'unknown', 'open'] as const;
export type SumPart = (typeof SUM_PARTS)[number];

/** Recipients with the last word. */
export function settled(sums: Sums): number {
  return sums.audience - sums.open - sums.deferred;
}

/** Seconds until everybody has had their turn at the present rate; undefined while nothing moves. */
export function secondsLeft(sums: Sums, perSecond: number): number | undefined {
  const left = sums.open + sums.deferred;
  return perSecond > 0 && left > 0 ? left / perSecond : undefined;
}

/** Characters that a phone shows of a subject, about. */
export const SUBJECT_SHOWN = 40;

/** Length of a subject as a reader counts: marks on a letter are not letters. */
export function subjectLength(subject: string): number {
  return [...new Intl.Segmenter().segment(subject)].length;
}

/** A liquid text for a preview beside the field: variables become their fall-back, or their name. */
export function plainLiquid(text: string): string {
  return text.replace(/\{%[\s\S]*?%\}/g, '').replace(/\{\{-?\s*([\s\S]*?)\s*-?\}\}/g, (_, inner: string) => {
    const fallback = /default:\s*(?:'([^']*)'|"([^"]*)")/.exec(inner);
    return fallback?.[1] ?? fallback?.[2] ?? (inner.split(/[|\s]/)[0] ?? '').split('.').at(-1) ?? '';
  });
}

/** A path with the values of two drafts that differ there. */
export interface Difference {
  path: string;
  mine: string;
  theirs: string;
}

/** Where two drafts differ, path by path; bodies are compared as a whole. */
export function differences(mine: unknown, theirs: unknown, path = ''): Difference[] {
  if (JSON.stringify(mine) === JSON.stringify(theirs)) return [];
  const isTree = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (path !== 'content.body' && isTree(mine) && isTree(theirs)) {
    const keys = [...new Set([...Object.keys(mine), ...Object.keys(theirs)])];
    return keys.flatMap((key) => differences(mine[key], theirs[key], path === '' ? key : `${path}.${key}`));
  }
  const shown = (value: unknown) =>
    typeof value === 'string' ? value : value == null ? '' : JSON.stringify(value);
  return [{ path, mine: shown(mine), theirs: shown(theirs) }];
}
