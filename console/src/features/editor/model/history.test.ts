import { expect, test } from 'vitest';
import { begin, record, redo, SAME_STEP_MS, STEPS_MAX, undo } from './history';

test('undo and redo go through every step', () => {
  let history = record(record(begin('a'), 'b', 'one', 0), 'c', 'two', 0);
  history = undo(undo(history));
  expect(history.present).toBe('a');
  expect(undo(history)).toBe(history);
  history = redo(redo(history));
  expect(history.present).toBe('c');
  expect(redo(history)).toBe(history);
});

test('typing in one field is one step until one pauses', () => {
  let history = record(begin(''), 'h', 'label', 0);
  history = record(history, 'hi', 'label', 100);
  history = record(history, 'hi there', 'label', 100 + SAME_STEP_MS);
  expect(undo(history).present).toBe('hi');
  expect(undo(undo(history)).present).toBe('');
});

test('a change after an undo drops what was undone', () => {
  const history = record(undo(record(begin('a'), 'b', 'one', 0)), 'c', 'one', 1);
  expect([history.present, history.future, undo(history).present]).toEqual(['c', [], 'a']);
});

test('only the last hundred steps are kept', () => {
  let history = begin(0);
  for (let n = 1; n <= STEPS_MAX + 20; n += 1) history = record(history, n, `step ${n}`, n);
  for (let n = 0; n < STEPS_MAX; n += 1) history = undo(history);
  expect([history.present, undo(history).present]).toEqual([20, 20]);
});
