/**
 * Single-letter and sequence shortcuts (`c`, `g h`). They never fire while somebody types, nor with a
 * modifier, and can be switched off (WCAG 2.2, 2.1.4). Chords with Ctrl/Cmd go through `useHotkeys` of Mantine.
 */
import { useEffect, useRef, useSyncExternalStore } from 'react';

const SEQUENCE_MS = 1_000;
const STORAGE_KEY = 'sp-single-keys';
const watchers = new Set<() => void>();

/** A shortcut in the list of the `?` sheet. */
export interface Shortcut {
  /** One key (`c`), or two after each other (`g h`). */
  keys: string;
  /** What it does, in the reader's words. */
  label: string;
}

const shown = new Map<symbol, Shortcut[]>();

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}

/** True unless the person has switched single-letter keys off. */
export function singleKeysOn(): boolean {
  return localStorage.getItem(STORAGE_KEY) !== 'off';
}

/** Switches single-letter keys on or off, for this browser. */
export function setSingleKeys(on: boolean): void {
  localStorage.setItem(STORAGE_KEY, on ? 'on' : 'off');
  for (const watcher of watchers) watcher();
}

/** {@link singleKeysOn}, live. */
export function useSingleKeys(): boolean {
  return useSyncExternalStore((watcher) => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  }, singleKeysOn);
}

/** Every shortcut that works at this moment, for the sheet. */
export function shortcuts(): Shortcut[] {
  return [...shown.values()].flat();
}

/** Makes `action`s happen on keys while the component is there. */
export function useShortcuts(list: (Shortcut & { action: () => void })[]): void {
  const current = useRef(list);
  current.current = list;
  useEffect(() => {
    const id = Symbol('shortcuts');
    shown.set(id, current.current);
    let first: { key: string; at: number } | undefined;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target) || !singleKeysOn() || document.querySelector('[role="dialog"]') !== null)
        return;
      shown.set(id, current.current);
      const pair =
        first !== undefined && event.timeStamp - first.at < SEQUENCE_MS ? `${first.key} ${event.key}` : '';
      const hit =
        current.current.find((s) => s.keys === pair) ?? current.current.find((s) => s.keys === event.key);
      first = { key: event.key, at: event.timeStamp };
      if (hit === undefined) return;
      event.preventDefault();
      hit.action();
    };
    document.addEventListener('keydown', onKey);
    return () => {
      shown.delete(id);
      document.removeEventListener('keydown', onKey);
    };
  }, []);
}
