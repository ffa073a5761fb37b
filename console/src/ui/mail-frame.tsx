/**
 * Shows HTML of a message. The frame has neither scripts nor our origin (`sandbox` is empty), so what a
 * merchant or a mailbox wrote cannot reach the console. `onHeight` is not known from outside: the frame has
 * a height of its own and scrolls.
 */
import { Box } from '@mantine/core';
import { withStyleNonce } from './mail-html';

export interface MailFrameProps {
  html: string;
  title: string;
  /** Pixels; 375 is a phone. */
  width?: number | string;
  height?: number | string;
  /** Asks mail that knows dark colours for them. */
  dark?: boolean;
}

export function MailFrame({ html, title, width = '100%', height = 640, dark = false }: MailFrameProps) {
  return (
    <Box
      component="iframe"
      sandbox=""
      srcDoc={withStyleNonce(html)}
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
