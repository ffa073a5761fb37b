/**
 * The canvas: the server's own HTML in a frame without our origin, in which one script of ours runs and nothing else.
 *
 * The frame tells where blocks are, which needs a script within or our origin. It has the script:
 * `sandbox="allow-scripts"` gives it an opaque origin, so that it has no cookies and no storage and can read
 * nothing of this page, not even if every other fence broke. Never give it our origin: together they
 * undo the sandbox. The fences before that one: the server takes active content out of every email; the script takes out
 * what could run or lead away; the HTML is put in by a way that runs no scripts; and the frame's own policy lets
 * in one script with an unguessable nonce, beside this page's policy, which the frame inherits. Nothing can be
 * connected to, framed, sent or navigated to; pictures may come over the web as elsewhere. The frame is inert and
 * takes no pointer, so its links lead nowhere.
 *
 * The page is loaded once and its content is exchanged, so that it does not flicker or lose its place. What is
 * drawn is what is sent: only the marks, asked for this one place, are added.
 */
import { type SyntheticEvent, useEffect, useRef, useState } from 'react';
import { withStyleNonce } from '../../../ui/mail-html';
import { type Report, reportOf } from './measure';
import measurer from './measurer.js?url';

export interface FrameProps {
  html: string;
  title: string;
  width: number;
  height: number;
  /** Is called when the content was exchanged and whenever something in it changes its place. */
  onDrawn: (report: Report) => void;
}

/** An empty page in standards mode with the one script that may run in it. */
function emptyPage(): string {
  const nonce = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('');
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    "style-src 'unsafe-inline'",
    'img-src http: https: data:',
    "form-action 'none'",
    "base-uri 'none'",
  ].join('; ');
  const source = new URL(measurer, location.href).href;
  return `<!doctype html><html><head><meta http-equiv="Content-Security-Policy" content="${policy}"><script nonce="${nonce}" src="${source}"></script></head><body></body></html>`;
}

export function CanvasFrame({ html, title, width, height, onDrawn }: FrameProps) {
  const [page] = useState(emptyPage);
  const [port, setPort] = useState<MessagePort>();
  const drawn = useRef(onDrawn);
  drawn.current = onDrawn;
  // Only the page made here gets a port, never one that came after it.
  const begin = (event: SyntheticEvent<HTMLIFrameElement>) => {
    if (port !== undefined) return;
    const { port1, port2 } = new MessageChannel();
    // An opaque origin can't be named.
    event.currentTarget.contentWindow?.postMessage('begin', '*', [port2]);
    setPort(port1);
  };
  useEffect(() => {
    if (port === undefined) return;
    port.onmessage = ({ data }) => {
      const report = reportOf(data);
      if (report !== undefined) drawn.current(report);
    };
  }, [port]);
  useEffect(() => port?.postMessage(withStyleNonce(html)), [port, html]);
  return (
    <iframe
      sandbox="allow-scripts"
      srcDoc={page}
      title={title}
      referrerPolicy="no-referrer"
      inert
      tabIndex={-1}
      onLoad={begin}
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
