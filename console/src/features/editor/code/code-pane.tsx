/** The editor of emails written as HTML or MJML: source on the left, the rendering beside it. */
import { Alert, Center, Group, Loader, Stack } from '@mantine/core';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MailFrame } from '../../../ui/mail-frame';
import { useEditor } from '../editor-state';
import type { EmailSource } from '../queries';
import type { Located } from '../use-problems';
import type { Rendering } from '../use-rendering';

const CodeField = lazy(() => import('./code-field'));

export function CodePane(props: {
  rendering: Rendering;
  phone: boolean;
  problems: Located[];
  goTo?: { line: number };
}) {
  const { rendering, phone, problems, goTo } = props;
  const { t } = useTranslation('editor');
  const { source, change, editable } = useEditor();
  const { body } = source;
  const drawn = useLastDrawn(rendering.html);
  const issues = useMemo(
    () =>
      problems.flatMap(({ level, line, column, message, part }) =>
        level === 'fine' || part !== 'html' || line === undefined ? [] : [{ level, line, column, message }],
      ),
    [problems],
  );
  if (body.format === 'document') return null;
  const put = (text: string) =>
    change(
      'code',
      (now): EmailSource =>
        now.body.format === 'document' ? now : { ...now, body: { ...now.body, source: text } },
    );
  return (
    <Group align="stretch" gap={0} h="100%" wrap="nowrap">
      <Stack flex={1} miw={0} p="sm">
        <Suspense
          fallback={
            <Center h="100%">
              <Loader type="dots" />
            </Center>
          }
        >
          <CodeField
            label={t('code.label', { format: body.format === 'mjml' ? 'MJML' : 'HTML' })}
            value={body.source}
            onChange={put}
            issues={issues}
            readOnly={!editable}
            height="100%"
            goTo={goTo}
          />
        </Suspense>
      </Stack>
      <Stack className="sp-canvas-scroll" flex={1} miw={0} p={12} gap="sm">
        {rendering.html === undefined && drawn !== '' && (
          <Alert color="yellow" role="status" p="xs">
            {t('code.kept')}
          </Alert>
        )}
        <MailFrame html={drawn} title={t('canvas.title')} width={phone ? 375 : '100%'} height="100%" />
      </Stack>
    </Group>
  );
}

/** The last rendering that there was: a source is unreadable at every second keystroke, and nobody wants it to blink. */
function useLastDrawn(html: string | undefined): string {
  const [last, setLast] = useState(html ?? '');
  if (html !== undefined && html !== last) setLast(html);
  return html ?? last;
}
