import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import english from '../../locales/en/rules.json';
import { type Condition, fitsType, isComplete, missingFields, withField, withOperator } from './catalogue';
import { newGroup, newLeaf } from './model';

const consent: Condition = {
  id: 'consent',
  title: 'Consent',
  help: '',
  slow: false,
  examples: [],
  operators: [
    { word: 'is', title: 'is', needs: ['channel', 'status'], takes: ['in_last_days'] },
    { word: 'is_not', title: 'is not', needs: ['channel', 'status'], takes: [] },
  ],
  fields: ['channel', 'status', 'in_last_days'].map((name) => ({
    name,
    title: name,
    kind: name === 'in_last_days' ? 'days' : 'choice',
    choices: [],
  })),
};

describe('the form of a condition', () => {
  const leaf = newLeaf('consent', 'is', { channel: 'email', in_last_days: 7 });

  test('says what is missing', () => {
    expect(missingFields(consent, leaf)).toEqual(['status']);
    expect(missingFields(consent, withField(leaf, 'status', ''))).toEqual(['status']);
    expect(missingFields(consent, withField(leaf, 'status', 'subscribed'))).toEqual([]);
  });

  test('keeps the fields that the next operator takes too, and drops the others', () => {
    expect(withOperator(consent, leaf, 'is_not').fields).toEqual({ channel: 'email' });
  });

  test('is complete only if every condition is and no group is empty', () => {
    const whole = withField(leaf, 'status', 'subscribed');
    expect(isComplete([consent], newGroup([]))).toBe(false);
    expect(isComplete([consent], newGroup([leaf]))).toBe(false);
    expect(isComplete([consent], newGroup([whole]))).toBe(true);
    expect(isComplete([consent], newGroup([whole, newGroup([])]))).toBe(false);
  });

  test('offers a custom field only the comparisons that fit its type', () => {
    expect(fitsType('integer', 'contains')).toBe(false);
    expect(fitsType('text', 'at_least')).toBe(false);
    expect(fitsType('bool', 'equals')).toBe(true);
    expect(fitsType('date', 'in_next_days')).toBe(true);
    expect(fitsType('number', 'in_last_days')).toBe(false);
  });
});

describe('words', () => {
  const folder = join(import.meta.dirname, '../../../../crates/audience/src/segments/conditions');
  const files = readdirSync(folder).filter((name) => name.endsWith('.rs') && name !== 'mod.rs');
  const words = english as unknown as Record<string, Record<string, string | Record<string, string>>>;

  test.each(files)('%s: title, help and comparisons are translated', (file) => {
    const id = file.replace('.rs', '');
    expect(words['condition']).toHaveProperty(id);
    expect(words['help']).toHaveProperty(id);
    const source = readFileSync(join(folder, file), 'utf8');
    const operators = [...source.matchAll(/Operator::(?:new|with)\(\s*"(\w+)"/g)].map((m) => m[1] ?? '');
    const missing = operators.filter(
      (word) =>
        words['operator']?.[word] === undefined &&
        (words['operatorOf']?.[id] as Record<string, string> | undefined)?.[word] === undefined,
    );
    expect(missing).toEqual([]);
  });
});
