/** The middle of the editor: the drawn email, and over it everything one can take hold of. */
import { Alert, Center, Loader, Stack, Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { swatches } from '../../../parts/email-document/brand';
import { Failed } from '../../../ui/states';
import { useEditor } from '../editor-state';
import { findBlock, updateBlock } from '../model/edit';
import type { Rendering } from '../use-rendering';
import { CanvasFrame } from './frame';
import { type Measured, measuredOf, NOTHING, type Report } from './measure';
import { Overlay } from './overlay';
import './canvas.css';
import { serverSentence } from '../../../lib/server-sentences';

const RichText = lazy(() => import('../text/rich-text'));

/** Width of a phone. */
const PHONE = 375;
const GUTTER = 80;
/** Room above a text block that the bar of its formats needs, in pixels. */
const BAR_ROOM = 64;

export interface CanvasProps {
  rendering: Rendering;
  phone: boolean;
  /** Ids of blocks and rows with problems. */
  problems: Set<string>;
}

export function Canvas({ rendering, phone, problems }: CanvasProps) {
  const { t } = useTranslation('editor');
  const { document: email, choose } = useEditor();
  const { ref, width: room } = useElementSize();
  const [report, setReport] = useState<Report>();
  const width = phone ? PHONE : Math.max(320, Math.min(room - GUTTER, (email?.settings?.width ?? 600) + 120));
  const measured = useMemo(
    () => (report === undefined || email === undefined ? NOTHING : measuredOf(report, email)),
    [report, email],
  );
  if (email === undefined) return null;
  if (rendering.html === undefined) return <Undrawn rendering={rendering} />;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a click beside the email lets go; Escape does the same
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div
      ref={ref}
      className="sp-canvas-scroll"
      onClick={(event) => event.target === event.currentTarget && choose({ kind: 'email' })}
    >
      <div className="sp-canvas" style={{ width }}>
        <CanvasFrame
          html={rendering.html}
          title={t('canvas.title')}
          width={width}
          height={Math.max(240, measured.height)}
          onDrawn={setReport}
        />
        <Overlay email={email} measured={measured} problems={problems} />
        <InPlace measured={measured} />
      </div>
    </div>
  );
}

function Undrawn({ rendering }: { rendering: Rendering }) {
  const { t } = useTranslation('editor');
  if (rendering.error) {
    return (
      <Stack p="lg">
        <Failed error={rendering.error} onRetry={rendering.refetch} />
      </Stack>
    );
  }
  const [first] = rendering.issues;
  if (first !== undefined) {
    return (
      <Alert m="lg" color="yellow" title={t('canvas.undrawable')}>
        <Text fz="sm">{serverSentence(first.message)}</Text>
      </Alert>
    );
  }
  return (
    <Center h="100%" role="status" aria-label={t('canvas.drawing')}>
      <Loader type="dots" />
    </Center>
  );
}

/** The text block that is being written, in its place and its type. */
function InPlace({ measured }: { measured: Measured }) {
  const { t } = useTranslation('editor');
  const { document: email, writing, write, edit, brand } = useEditor();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (writing === undefined) return;
    const outside = (event: PointerEvent) => {
      const target = event.target as Element;
      // Menus of the toolbar are drawn elsewhere in the page.
      const own =
        place.current?.contains(target) || target.closest('[data-portal], [role="dialog"], [role="listbox"]');
      if (!own) write(undefined);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [writing, write]);
  const block = email === undefined || writing === undefined ? undefined : findBlock(email, writing)?.block;
  const box = writing === undefined ? undefined : measured.blocks.get(writing);
  if (block === undefined || box === undefined) return null;
  const id = block.id;
  const style = measured.texts.get(id) ?? {};
  const leave = () => {
    write(undefined);
    document.querySelector<HTMLElement>(`[data-block="${CSS.escape(id)}"]`)?.focus();
  };
  return (
    <div
      ref={place}
      className="sp-writing"
      style={{
        left: box.left,
        top: box.top,
        width: box.width,
        minHeight: box.height,
        background: style['background'],
      }}
    >
      <Suspense fallback={null}>
        <RichText
          key={id}
          label={t('canvas.writing')}
          html={typeof block['html'] === 'string' ? block['html'] : ''}
          onChange={(html) => edit(`write ${id}`, (now) => updateBlock(now, id, { html }))}
          swatches={swatches(brand)}
          style={style}
          floating={box.top < BAR_ROOM ? 'below' : 'above'}
          autoFocus
          onLeave={leave}
        />
      </Suspense>
    </div>
  );
}
