/** The email editor, whatever it edits. */
import { Alert, VisuallyHidden } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { storeQuery } from '../../lib/session';
import { Loaded } from '../../ui/states';
import { Canvas } from './canvas/canvas';
import { CodePane } from './code/code-pane';
import { ConflictDialog } from './dialogs/conflict';
import { PreviewDialog } from './dialogs/preview';
import { TestSendDialog } from './dialogs/test-send';
import { VersionsDrawer } from './dialogs/versions';
import { EditorDnd } from './dnd';
import { EditorProvider, useEditor } from './editor-state';
import { Inspector } from './inspector/inspector';
import { LeftPane } from './panes/left';
import type { DocumentPlace } from './source';
import { type Dialog, TopBar } from './top-bar';
import { useAutosave } from './use-autosave';
import { useEditorKeys } from './use-keys';
import { type Located, useProblems } from './use-problems';
import { useRendering } from './use-rendering';
import './editor.css';
import './canvas/canvas.css';

export function Editor({ place }: { place: DocumentPlace }) {
  const store = useQuery(storeQuery());
  return (
    <Loaded query={store}>
      {({ settings }) => (
        <EditorProvider
          key={place.id}
          first={place.saved.source}
          brand={settings.brand ?? {}}
          editable={place.editable}
        >
          <EditorDnd>
            <Inside place={place} />
          </EditorDnd>
        </EditorProvider>
      )}
    </Loaded>
  );
}

function Inside({ place }: { place: DocumentPlace }) {
  const { t } = useTranslation('editor');
  const editor = useEditor();
  const { source, document: email, choose, said } = editor;
  const [phone, setPhone] = useState(false);
  const [dialog, setDialog] = useState<Dialog>();
  const [goTo, setGoTo] = useState<{ line: number }>();
  const autosave = useAutosave(place, source);
  const rendering = useRendering(source, email !== undefined);
  const problems = useProblems(rendering, autosave.state);
  useEditorKeys(() => void autosave.flush());
  useEffect(() => {
    document.title = `${place.name} · SmartPush`;
  }, [place.name]);
  const wrong = useMemo(
    () =>
      new Set(
        problems.flatMap(({ target, level }) =>
          level === 'error' && target.kind !== 'email' ? [target.id] : [],
        ),
      ),
    [problems],
  );
  const go = ({ target, line }: Located) => {
    choose(target);
    if (line !== undefined) setGoTo({ line });
  };
  const close = () => setDialog(undefined);
  return (
    <div className="sp-editor">
      <TopBar
        place={place}
        save={autosave.state}
        problems={problems}
        onProblem={go}
        phone={phone}
        onPhone={setPhone}
        onOpen={setDialog}
      />
      {!place.editable && (
        <Alert
          variant="light"
          radius={0}
          icon={<IconLock size={18} aria-hidden />}
          title={t('readOnly.title')}
        >
          {t('readOnly.why')}
        </Alert>
      )}
      <div className="sp-editor-panes" data-code={email === undefined || undefined}>
        {email !== undefined && (
          <section className="sp-editor-side" aria-label={t('pane.left')}>
            <LeftPane />
          </section>
        )}
        <section style={{ minWidth: 0, minHeight: 0 }} aria-label={t('pane.canvas')}>
          {email === undefined ? (
            <CodePane rendering={rendering} phone={phone} problems={problems} goTo={goTo} />
          ) : (
            <Canvas rendering={rendering} phone={phone} problems={wrong} />
          )}
        </section>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <section className="sp-editor-side" aria-label={t('pane.inspector')} tabIndex={0}>
          <Inspector problems={problems} />
        </section>
      </div>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
      <PreviewDialog opened={dialog === 'preview'} onClose={close} />
      {place.kind === 'template' && (
        <VersionsDrawer template={place.id} opened={dialog === 'versions'} onClose={close} />
      )}
      {place.kind === 'campaign' && (
        <TestSendDialog campaign={place.id} autosave={autosave} opened={dialog === 'test'} onClose={close} />
      )}
      <ConflictDialog place={place} autosave={autosave} />
    </div>
  );
}
