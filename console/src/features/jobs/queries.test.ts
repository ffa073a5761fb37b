import { expect, test } from 'vitest';
import { isOpen, isPlanned, type Job } from './queries';

const job = (state: Job['state'], in_ms: number) =>
  ({ state, due_at: new Date(Date.now() + in_ms).toISOString() }) as Job;

test('a job that waits for its time is planned and not counted as running', () => {
  const later = job('queued', 3_600_000);
  expect([isPlanned(later), isOpen(later)]).toEqual([true, false]);
});

test('a job whose time has come waits for its turn, and one that runs is open whatever its time', () => {
  expect([job('queued', -1_000), job('running', 60_000)].map(isOpen)).toEqual([true, true]);
  expect(isOpen(job('done', -1_000))).toBe(false);
});
