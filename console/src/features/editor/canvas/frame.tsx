/**
 * The canvas: the server's own HTML in a frame that the editor can measure and nothing can run in.
 *
 * `sandbox="allow-same-origin"` without `allow-scripts` is safe here: the flag only lets this page look into the
 * frame. No script can run in it (no elements, no handlers, no `javascript:` addresses), so nothing in it can
 * make use of the shared origin; forms, pop-ups, downloads, refreshes and navigation of the top page are blocked by
 * the sandbox as well, the page's content security policy is inherited and forbids scripts and other hosts'
 * style sheets and frames once more, and the server takes active content out of every email before. The frame is
 * inert and takes no pointer, so its links lead nowhere. Never add `allow-scripts` beside `allow-same-origin`:
 * together they undo the sandbox.
 *
 * The page is loaded once and its content is exchanged, so that it does not flicker or lose its place.
 */
import { useEffect, useRef, useState } from 'react';
import { withStyleNonce } from '../../../ui/mail-html';

/** An empty page in standards mode. */
const EMPTY = '<!doctype html><html><head></head><body></body></html>';

export interface FrameProps {
  html: string;
  title: string;
  width: number;
  height: number;
  /** Is called when the content was exchanged and whenever its size changes. */
  onDrawn: (page: Document) => void;
}

export function CanvasFrame({ html, title, width, height, onDrawn }: FrameProps) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [ready, setReady] = useState(false);
  const drawn = useRef(onDrawn);
  drawn.current = onDrawn;
  useEffect(() => {
    const page = frame.current?.contentDocument;
    if (!ready || !page) return;
    const next = new DOMParser().parseFromString(withStyleNonce(html), 'text/html');
    page.replaceChild(page.adoptNode(next.documentElement), page.documentElement);
    const tell = () => drawn.current(page);
    tell();
    // Pictures arrive later and move what is below them.
    const watcher = new ResizeObserver(tell);
    watcher.observe(page.body);
    return () => watcher.disconnect();
  }, [html, ready]);
  useEffect(() => {
    const page = frame.current?.contentDocument;
    if (ready && page && width > 0) drawn.current(page);
  }, [width, ready]);
  return (
    <iframe
      ref={frame}
      sandbox="allow-same-origin"
      srcDoc={EMPTY}
      title={title}
      inert
      tabIndex={-1}
      onLoad={() => setReady(true)}
      style={{
        width,
        height,
        border: 0,
        display: 'block',
        pointerEvents: 'none',
        background: '#fff',
        colorScheme: 'light',
      }}
    />
  );
}
