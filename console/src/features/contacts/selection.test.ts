import { describe, expect, test } from 'vitest';
import { type RuleDocument, ruleText } from '../../parts/rule-builder';
import type { Chosen } from '../../ui/chosen';
import { isFiltered, namesTooMany, segmentRuleOf, selectionOf } from './selection';

const rule: RuleDocument = {
  version: 1,
  rule: { condition: 'country', operator: 'is_any_of', values: ['SG'] },
};
const text = ruleText(rule);
const all: Chosen = { kind: 'all_matching', except: [] };

describe('a selection', () => {
  test('of rows names them and nothing else', () => {
    expect(selectionOf({ kind: 'rows', ids: ['con_1'] }, { tag: 'vip' })).toEqual({ ids: ['con_1'] });
  });

  test('of all that matches carries every filter, the words and the rule', () => {
    const filters = { search: 'ana', tag: 'vip', status: 'sendable', channel: 'sms', rule: text } as const;
    expect(selectionOf(all, filters)).toEqual({
      search: 'ana',
      tag: 'vip',
      status: 'sendable',
      channel: 'sms',
      rule,
    });
  });

  test('names the rows that were taken out of all that matches', () => {
    const some: Chosen = { kind: 'all_matching', except: ['con_1'] };
    expect(selectionOf(some, { search: 'ana' })).toEqual({ search: 'ana', excluded_ids: ['con_1'] });
    expect(selectionOf(some, {})).toEqual({ all: true, excluded_ids: ['con_1'] });
  });

  test('without a filter is everybody, said in so many words', () => {
    expect(selectionOf(all, {})).toEqual({ all: true });
  });

  test('leaves a channel out that no state belongs to', () => {
    expect(selectionOf(all, { tag: 'vip', channel: 'sms' }).channel).toBeUndefined();
  });

  test('names too many when more rows are chosen or taken out than one call may name', () => {
    const ids = Array.from({ length: 10_001 }, (_, n) => `con_${n}`);
    expect(namesTooMany({ kind: 'rows', ids })).toBe(true);
    expect(namesTooMany({ kind: 'all_matching', except: ids })).toBe(true);
    expect(namesTooMany(all)).toBe(false);
  });
});

test('a channel alone filters nothing', () => {
  expect(isFiltered({ channel: 'email' })).toBe(false);
  expect(isFiltered({ channel: 'email', status: 'bounced' })).toBe(true);
});

describe('the filters as a segment', () => {
  test('become conditions that must all hold, with the rule as one of them', () => {
    const made = segmentRuleOf({
      search: 'ana',
      segment: 'seg_1',
      tag: 'vip',
      status: 'sendable',
      rule: text,
    });
    expect(made?.rule).toEqual({
      all: [
        { condition: 'segment', operator: 'is_member', segment: 'seg_1' },
        { condition: 'tag', operator: 'has_any', values: ['vip'] },
        { condition: 'consent', operator: 'is', channel: 'email', status: 'sendable' },
        rule.rule,
      ],
    });
  });

  test('are the rule itself if there is nothing else', () => {
    expect(segmentRuleOf({ rule: text })).toEqual(rule);
  });

  test('are nothing new if they are another segment, words or nothing', () => {
    expect(segmentRuleOf({ segment: 'seg_1', search: 'ana' })).toBeUndefined();
    expect(segmentRuleOf({})).toBeUndefined();
  });
});
