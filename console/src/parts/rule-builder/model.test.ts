import { describe, expect, test } from 'vitest';
import {
  addTo,
  changeNode,
  complaintsByNode,
  duplicateNode,
  hasEmptyGroup,
  leavesOf,
  moveNode,
  newGroup,
  newLeaf,
  parseRule,
  type RuleNode,
  removeNode,
  wrapNode,
  writeRule,
} from './model';

const tag = (name: string): RuleNode => ({ condition: 'tag', operator: 'has_any', values: [name] });
const roundTrip = (rule: RuleNode) => writeRule(parseRule({ version: 1, rule })).document.rule;

describe('reading and writing a rule', () => {
  test.each<[string, RuleNode]>([
    ['a condition alone', tag('vip')],
    ['everybody, which has no operator', { condition: 'everybody' }],
    ['all of some', { all: [tag('a'), tag('b')] }],
    ['groups in groups', { any: [tag('a'), { all: [tag('b'), { any: [tag('c'), tag('d')] }] }] }],
    ['none of', { not: { any: [tag('a'), tag('b')] } }],
    ['not all of', { all: [tag('x'), { not: { all: [tag('a'), tag('b')] } }] }],
  ])('%s comes out as it went in', (_, rule) => {
    expect(roundTrip(rule)).toEqual(rule);
  });

  test('a negated condition becomes a group of none that means the same', () => {
    expect(roundTrip({ not: tag('a') })).toEqual({ not: { any: [tag('a')] } });
  });

  test('a double negation falls away', () => {
    expect(roundTrip({ not: { not: { all: [tag('a'), tag('b')] } } })).toEqual({ all: [tag('a'), tag('b')] });
  });
});

describe('complaints of the server', () => {
  const root = parseRule({ rule: { all: [tag('a'), { not: { any: [tag('b'), tag('c')] } }] } });
  const { places } = writeRule(root);
  const [first, second, third] = leavesOf(root);

  test('go to the condition and the field they speak of', () => {
    const found = complaintsByNode(
      [
        { pointer: '/rule/rule/all/0/values', detail: 'first' },
        { pointer: '/rule/rule/all/1/not/any/1/operator', detail: 'third' },
      ],
      places,
    );
    expect(found.get(first?.key ?? '')).toEqual([{ field: 'values', detail: 'first' }]);
    expect(found.get(second?.key ?? '')).toBeUndefined();
    expect(found.get(third?.key ?? '')).toEqual([{ field: 'operator', detail: 'third' }]);
  });

  test('about the whole rule go to its root', () => {
    const found = complaintsByNode([{ pointer: '/rule/rule', detail: 'too deep' }], places);
    expect(found.get(root.key)).toEqual([{ field: '', detail: 'too deep' }]);
  });
});

describe('editing', () => {
  const a = newLeaf('tag', 'has_any', { values: ['a'] });
  const b = newLeaf('tag', 'has_any', { values: ['b'] });
  const inner = newGroup([b], 'any');
  const root = newGroup([a, inner]);

  test('what is added stands at the end of its group', () => {
    const c = newLeaf('country', 'exists');
    expect(leavesOf(addTo(root, inner.key, c)).map((l) => l.key)).toEqual([a.key, b.key, c.key]);
  });

  test('a group whose last condition is removed goes with it', () => {
    expect(removeNode(root, b.key).children).toEqual([a]);
  });

  test('a group that is still being filled stays when something else is removed', () => {
    const filling = addTo(root, root.key, newGroup([], 'any'));
    expect(removeNode(filling, a.key).children).toHaveLength(2);
    expect(hasEmptyGroup(filling)).toBe(true);
  });

  test('a copy stands behind the original and has keys of its own', () => {
    const copied = duplicateNode(root, inner.key);
    expect(copied.children).toHaveLength(3);
    expect(new Set(leavesOf(copied).map((l) => l.key)).size).toBe(3);
  });

  test('moving stops at the ends', () => {
    expect(moveNode(root, a.key, 1).children.map((c) => c.key)).toEqual([inner.key, a.key]);
    expect(moveNode(root, a.key, -1)).toBe(root);
  });

  test('a condition put into a group means the same', () => {
    const wrapped = wrapNode(root, a.key);
    expect(writeRule(wrapped).document.rule).toEqual({ all: [{ any: [tag('a')] }, { any: [tag('b')] }] });
  });

  test('a change touches only the node of that key', () => {
    const changed = changeNode(root, b.key, (node) => ({ ...node, operator: 'has_none' }) as typeof b);
    expect(changed.children[0]).toBe(a);
    expect(leavesOf(changed).map((l) => l.operator)).toEqual(['has_any', 'has_none']);
  });
});
