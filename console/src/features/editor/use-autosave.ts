/** Saves a second after the last change, one save at a time, each with the version of the last. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { type Problem, problemOf } from '../../api/problem';
import type { EmailSource } from './queries';
import type { DocumentPlace, Saved } from './source';

const WAIT_MS = 1_000;
const RETRY_MS = 5_000;

export type SaveState =
  | { kind: 'saved'; at: string }
  | { kind: 'waiting' }
  | { kind: 'saving' }
  /** The server does not take it as it is: something is not complete yet. */
  | { kind: 'refused'; problem: Problem }
  /** Somebody else saved meanwhile. */
  | { kind: 'conflict' }
  | { kind: 'failed'; problem: Problem };

export interface Autosave {
  state: SaveState;
  /** The version that the next save is based on. */
  version: number;
  /** Saves now. */
  flush: () => Promise<void>;
  /** Goes on from another state of the server, such as after a conflict. */
  rebase: (saved: Saved) => void;
}

export function useAutosave(place: DocumentPlace, source: EmailSource): Autosave {
  const [state, setState] = useState<SaveState>({ kind: 'saved', at: place.saved.at });
  const saved = useRef<Saved>(place.saved);
  const wanted = useRef(source);
  const running = useRef<Promise<void> | undefined>(undefined);
  const blocked = useRef(false);
  const save = useRef(place.save);
  wanted.current = source;
  save.current = place.save;

  const flush = useCallback(async (): Promise<void> => {
    await running.current;
    if (blocked.current || wanted.current === saved.current.source) return;
    const sending = wanted.current;
    const work = async () => {
      setState({ kind: 'saving' });
      try {
        const answer = await save.current(sending, saved.current.version);
        // Kept as sent, not as answered: only then can be seen whether something changed since.
        saved.current = { ...answer, source: sending };
        setState(wanted.current === sending ? { kind: 'saved', at: answer.at } : { kind: 'waiting' });
      } catch (error) {
        setState(afterFailure(problemOf(error), blocked));
      }
    };
    running.current = work().finally(() => {
      running.current = undefined;
    });
    await running.current;
  }, []);

  useEffect(() => {
    if (!place.editable || source === saved.current.source) return;
    setState((now) => (now.kind === 'conflict' ? now : { kind: 'waiting' }));
    const timer = setTimeout(() => void flush(), WAIT_MS);
    return () => clearTimeout(timer);
  }, [source, flush, place.editable]);

  useEffect(() => {
    if (state.kind !== 'failed') return;
    const timer = setTimeout(() => void flush(), RETRY_MS);
    return () => clearTimeout(timer);
  }, [state, flush]);

  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (place.editable && wanted.current !== saved.current.source) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => {
      window.removeEventListener('beforeunload', warn);
      if (place.editable) void flush();
    };
  }, [flush, place.editable]);

  const rebase = useCallback((next: Saved) => {
    saved.current = next;
    blocked.current = false;
    setState({ kind: wanted.current === next.source ? 'saved' : 'waiting', at: next.at });
  }, []);

  return { state, version: saved.current.version, flush, rebase };
}

function afterFailure(problem: Problem, blocked: { current: boolean }): SaveState {
  if (problem.status === 412) {
    blocked.current = true;
    return { kind: 'conflict' };
  }
  const theirs =
    problem.status >= 400 && problem.status < 500 && problem.status !== 429 && problem.status !== 401;
  return theirs ? { kind: 'refused', problem } : { kind: 'failed', problem };
}
