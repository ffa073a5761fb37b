/**
 * Explanations on hover and focus for what stands in lists. A tooltip of its own for every cell of a hundred
 * rows costs more than the list; here an element only carries its words (`hint`), and one layer shows them for
 * whichever is pointed at or focused. It hides on Escape (WCAG 2.2, 1.4.13). Not for buttons that stand alone:
 * those take Mantine's `Tooltip`.
 */
import { Tooltip } from '@mantine/core';
import { useEffect, useId, useState } from 'react';

/** How long a pointer rests before words appear: one that passes over a list is not looking for them. */
const HOVER_MS = 300;

/** What an element carries to be explained: spread it into the element. */
export function hint(words: string): { 'data-hint': string } {
  return { 'data-hint': words };
}

/** Shows the explanations of the whole console; stands once, around everything. */
export function HintLayer() {
  const [target, setTarget] = useState<HTMLElement | null>(null);
  const id = useId();
  useEffect(() => {
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const show = (event: Event) => setTarget(explained(event.target));
    const hide = () => {
      clearTimeout(waiting);
      setTarget(null);
    };
    const showSoon = (event: Event) => {
      clearTimeout(waiting);
      waiting = setTimeout(() => show(event), HOVER_MS);
    };
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && hide();
    const listening = new AbortController();
    const { signal } = listening;
    document.addEventListener('pointerover', showSoon, { signal });
    document.addEventListener('focusin', show, { signal });
    document.addEventListener('focusout', hide, { signal });
    document.addEventListener('pointerdown', hide, { signal });
    document.documentElement.addEventListener('pointerleave', hide, { signal });
    document.addEventListener('keydown', onKey, { signal });
    return () => {
      clearTimeout(waiting);
      listening.abort();
    };
  }, []);
  useEffect(() => {
    target?.setAttribute('aria-describedby', id);
    return () => target?.removeAttribute('aria-describedby');
  }, [target, id]);
  if (target === null || !target.isConnected) return null;
  const words = <span id={id}>{target.dataset['hint']}</span>;
  return <Tooltip target={target} label={words} opened multiline maw={360} />;
}

function explained(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('[data-hint]') : null;
}
