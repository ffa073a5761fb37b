import { expect, test } from 'vitest';
import { type Job, later } from './queries';

const job = (state: Job['state'], updated_at: string, id = 'job_1') => ({ id, state, updated_at }) as Job;

test('news of a job win over an answer that set out earlier', () => {
  const done = job('done', '2026-11-26T10:00:02Z');
  expect(later(done, job('running', '2026-11-26T10:00:01Z'))).toBe(done);
});

test('an end is an end even if the clock did not move', () => {
  const done = job('done', '2026-11-26T10:00:00Z');
  expect(later(job('running', '2026-11-26T10:00:00Z'), done)).toBe(done);
});

test('older progress does not turn newer progress back', () => {
  const newer = job('running', '2026-11-26T10:00:05Z');
  expect(later(newer, job('running', '2026-11-26T10:00:01Z'))).toBe(newer);
});

test('another job replaces the one that was watched', () => {
  const other = job('queued', '2026-11-26T09:00:00Z', 'job_2');
  expect(later(job('done', '2026-11-26T10:00:00Z'), other)).toBe(other);
});
