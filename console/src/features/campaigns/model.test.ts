import { describe, expect, test } from 'vitest';
import {
  differences,
  listOf,
  parseSender,
  plainLiquid,
  secondsLeft,
  senderDomain,
  settled,
  stepOf,
  subjectLength,
  termsOf,
  writeSender,
} from './model';

describe('terms', () => {
  test('go into the pickers and back unchanged', () => {
    const rule = { condition: 'tag', operator: 'has_any', values: ['x'] };
    const terms = [{ segment: 'seg_1' }, { tag: 'vip' }, { rule }] as never;
    expect(termsOf(terms)).toEqual({ everyone: false, segments: ['seg_1'], tags: ['vip'], rules: [rule] });
    expect(listOf(termsOf(terms))).toEqual(terms);
  });

  test('of everybody leave out the others; none stay none, never everybody', () => {
    expect(listOf({ everyone: true, segments: ['seg_1'], tags: [], rules: [] })).toEqual([{ all: true }]);
    expect(listOf(termsOf(undefined))).toEqual([]);
  });
});

describe('a sender', () => {
  test.each([
    ['Indigo & Wool <news@shop.example>', 'Indigo & Wool', 'news@shop.example'],
    ['"Doe, Jane" <jane@shop.example>', 'Doe, Jane', 'jane@shop.example'],
    ['news@shop.example', '', 'news@shop.example'],
    ['', '', ''],
  ])('%s is name and address, and written the same way', (from, name, email) => {
    expect(parseSender(from)).toEqual({ name, email });
    expect(writeSender({ name, email })).toBe(from);
  });

  test('with quotes in the name survives', () => {
    const written = writeSender({ name: 'The "Best" Shop', email: 'a@b.example' });
    expect(parseSender(written).name).toBe('The "Best" Shop');
  });

  test('has a domain once there is an address', () => {
    expect(senderDomain('Shop <news@Shop.Example>')).toBe('shop.example');
    expect(senderDomain('Shop <news>')).toBe('');
  });
});

test('a check is mended where it belongs', () => {
  expect(stepOf({ code: 'nobody' })).toBe('audience');
  expect(stepOf({ code: 'past' })).toBe('timing');
  expect(stepOf({ code: 'unsubscribe_link' })).toBe('content');
});

test('time left follows the rate and is unknown while nothing moves', () => {
  const sums = { audience: 100, accepted: 40, deferred: 10, failed: 5, suppressed: 5, unknown: 0, open: 40 };
  expect(settled(sums)).toBe(50);
  expect(secondsLeft(sums, 5)).toBe(10);
  expect(secondsLeft(sums, 0)).toBeUndefined();
});

test('a subject is counted as a reader sees it', () => {
  expect(subjectLength('👩‍👩‍👧 né')).toBe(4);
});

test('liquid is shown by its fall-back or its name', () => {
  expect(plainLiquid("{{ contact.first_name | default: 'Hello' }}, new things")).toBe('Hello, new things');
  expect(plainLiquid('Hi {{ contact.first_name }}{% if x %}!{% endif %}')).toBe('Hi first_name!');
});

test('two drafts are compared field by field, their designs as a whole', () => {
  const mine = {
    name: 'A',
    content: { subject: 'one', body: { format: 'html', source: 'x' } },
    settings: {},
  };
  const theirs = {
    name: 'A',
    content: { subject: 'two', body: { format: 'html', source: 'y' } },
    settings: {},
  };
  expect(differences(mine, theirs).map(({ path }) => path)).toEqual(['content.subject', 'content.body']);
  expect(differences(mine, mine)).toEqual([]);
});
