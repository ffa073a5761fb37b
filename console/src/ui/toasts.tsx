/** Short messages in the corner: done, undo, failed. They are announced to screen readers (WCAG 4.1.3). */
import { Button, Group, Text } from '@mantine/core';
import { type NotificationData, notifications } from '@mantine/notifications';
import i18next from 'i18next';
import { problemOf } from '../api/problem';

const UNDO_MS = 8_000;

/** Shows it, with a name on the cross that closes it. */
function show(toast: NotificationData): void {
  notifications.show({ closeButtonProps: { 'aria-label': i18next.t('common:close') }, ...toast });
}

/** Says that something was done. */
export function toastDone(message: string): void {
  show({ message, color: 'teal', autoClose: 4_000 });
}

/** Says that something was done and offers to take it back for eight seconds. */
export function toastUndo(message: string, undo: () => void): void {
  const id = `undo-${message}-${performance.now()}`;
  const take = () => {
    notifications.hide(id);
    undo();
  };
  show({
    id,
    autoClose: UNDO_MS,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text fz="sm">{message}</Text>
        <Button size="compact-sm" variant="light" onClick={take}>
          {i18next.t('common:undo')}
        </Button>
      </Group>
    ),
  });
}

/** Says that something failed. `sentence` comes from `useProblemText`; without it the problem's own words are shown. */
export function toastFailed(error: unknown, sentence?: string): void {
  const problem = problemOf(error);
  const key = `common:problem.${problem.code}`;
  const words = sentence || problem.detail || (i18next.exists(key) ? i18next.t(key) : problem.code);
  show({
    message: words,
    title: i18next.t('common:failed.title'),
    color: 'red',
    autoClose: 10_000,
  });
}
