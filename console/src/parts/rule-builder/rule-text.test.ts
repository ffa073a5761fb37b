import { describe, expect, test } from 'vitest';
import type { RuleDocument } from './model';
import { ruleOfText, ruleText } from './rule-text';

const rule: RuleDocument = {
  version: 1,
  rule: {
    all: [
      { condition: 'country', operator: 'is_any_of', values: ['SG', 'DE'] },
      { not: { any: [{ condition: 'city', operator: 'equals', value: '北京 & Köln' }] } },
      { condition: 'message_opened', operator: 'has', in_last_days: 30 },
      { condition: 'everybody' },
    ],
  },
};

const textOf = (short: unknown) => btoa(JSON.stringify(short)).replace(/=+$/, '');

describe('the text of a rule', () => {
  test('gives the rule back, and needs no escapes in an address', () => {
    const text = ruleText(rule);
    expect(text).toMatch(/^[\w-]+$/);
    expect(ruleOfText(text)).toEqual(rule);
  });

  test('is no longer than twice what the rule must say', () => {
    const one: RuleDocument = {
      version: 1,
      rule: { condition: 'country', operator: 'is_any_of', values: ['SG'] },
    };
    expect(ruleText(one).length).toBeLessThan(64);
  });

  test.each([
    ['letters at random', 'broken'],
    ['not base64', '%%%'],
    ['nothing', ''],
    ['an empty group', textOf({ all: [] })],
    ['two groups in one', textOf({ all: [['everybody', '', {}]], any: [['everybody', '', {}]] })],
    ['a word that joins nothing', textOf({ some: [['everybody', '', {}]] })],
    ['a condition without a name', textOf([1, '', {}])],
    ['a field that is an object', textOf(['country', 'is_any_of', { values: { a: 1 } }])],
    ['fields that are null', textOf(['country', 'is_any_of', null])],
    ['more conditions than a rule may have', textOf({ all: Array(250).fill(['a', '', {}]) })],
    ['more than is read', 'A'.repeat(8_001)],
  ])('of %s is no rule', (_, text) => {
    expect(ruleOfText(text)).toBeUndefined();
  });

  test('of groups nested too deep is no rule', () => {
    let short: unknown = ['everybody', '', {}];
    for (let n = 0; n < 9; n += 1) short = { not: short };
    expect(ruleOfText(textOf(short))).toBeUndefined();
  });
});
