/** Undo and redo: the last hundred states. Quick changes of one thing (typing) count as one step. */

/** Most steps back. */
export const STEPS_MAX = 100;
/** Changes of the same thing closer together than this are one step, in milliseconds. */
export const SAME_STEP_MS = 1_500;

export interface History<T> {
  past: T[];
  present: T;
  future: T[];
  /** What was changed last, and when. */
  last?: { what: string; at: number };
}

/** Begins with a state. */
export function begin<T>(present: T): History<T> {
  return { past: [], present, future: [] };
}

/** Notes a change. `what` names the thing, such as `block text-1 label`; `now` in milliseconds. */
export function record<T>(history: History<T>, next: T, what: string, now: number): History<T> {
  if (next === history.present) return history;
  const same = history.last?.what === what && now - history.last.at < SAME_STEP_MS && history.past.length > 0;
  const past = same ? history.past : [...history.past, history.present].slice(-STEPS_MAX);
  return { past, present: next, future: [], last: { what, at: now } };
}

/** One step back. */
export function undo<T>(history: History<T>): History<T> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return { past: history.past.slice(0, -1), present: before, future: [history.present, ...history.future] };
}

/** One step forward again. */
export function redo<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.present], present: next, future };
}
