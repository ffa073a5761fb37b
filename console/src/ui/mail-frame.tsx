/**
 * Shows HTML of a message. The frame has neither scripts nor our origin, so what a merchant or a mailbox wrote
 * cannot reach the console; at most its links open tabs of their own. `onHeight` is not known from outside: the frame has
 * a height of its own and scrolls.
 */
import { Box } from '@mantine/core';
import { withLinksOut, withStyleNonce } from './mail-html';

export interface MailFrameProps {
  html: string;
  title: string;
  /** Pixels; 375 is a phone. */
  width?: number | string;
  height?: number | string;
  /** Asks mail that knows dark colours for them. */
  dark?: boolean;
  /** Lets its links be followed, each in a new tab. Elsewhere a click would only lose the preview. */
  links?: boolean;
}

export function MailFrame(props: MailFrameProps) {
  const { html, title, width = '100%', height = 640, dark = false, links = false } = props;
  return (
    <Box
      component="iframe"
      sandbox={links ? 'allow-popups allow-popups-to-escape-sandbox' : ''}
      srcDoc={withStyleNonce(links ? withLinksOut(html) : html)}
      title={title}
      referrerPolicy="no-referrer"
      w={width}
      h={height}
      display="block"
      mx="auto"
      style={{
        border: '1px solid var(--mantine-color-default-border)',
        borderRadius: 8,
        background: dark ? '#111' : '#fff',
        colorScheme: dark ? 'dark' : 'light',
      }}
    />
  );
}
