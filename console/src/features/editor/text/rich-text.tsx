/** Rich text: in place on the canvas, and in the inspector. Loaded when first used. */
import { Box } from '@mantine/core';
import { EditorContent, useEditor } from '@tiptap/react';
import { type CSSProperties, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { parseTag } from '../../../parts/merge-tags/model';
import { useTagLabel } from '../../../parts/merge-tags/use-tags';
import { extensions } from './extensions';
import { fromEditor, toEditor } from './liquid-html';
import { RichTextToolbar } from './toolbar';
import './rich-text.css';

export interface RichTextProps {
  label: string;
  html: string;
  onChange: (html: string) => void;
  swatches: string[];
  /** Type and colours of the email around it. */
  style?: CSSProperties;
  /** In place: where the toolbar floats. */
  floating?: 'above' | 'below';
  autoFocus?: boolean;
  /** Escape was pressed. */
  onLeave?: () => void;
}

export default function RichText(props: RichTextProps) {
  const { label, html, onChange, swatches, style, floating, autoFocus = false, onLeave } = props;
  const { t } = useTranslation('editor');
  const tagLabel = useTagLabel();
  const names = useRef(tagLabel);
  names.current = tagLabel;
  const written = useRef(html);
  const change = useRef(onChange);
  change.current = onChange;
  const all = useMemo(() => extensions((source) => chipText(source, names.current)), []);
  const editor = useEditor({
    extensions: all,
    content: toEditor(html),
    injectCSS: false,
    autofocus: autoFocus ? 'end' : false,
    editorProps: {
      attributes: { 'aria-label': label, class: 'sp-mail-text', role: 'textbox', 'aria-multiline': 'true' },
    },
    onUpdate: ({ editor: now }) => {
      written.current = fromEditor(now.getHTML());
      change.current(written.current);
    },
  });
  useEffect(() => {
    // Changed from elsewhere (undo, code): taken over without telling anybody.
    if (editor === null || html === written.current) return;
    written.current = html;
    editor.commands.setContent(toEditor(html), { emitUpdate: false });
  }, [editor, html]);
  if (editor === null) return null;
  return (
    <Box
      className="sp-rich-text"
      data-floating={floating}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || onLeave === undefined) return;
        event.stopPropagation();
        onLeave();
      }}
    >
      <RichTextToolbar editor={editor} swatches={swatches} label={t('text.toolbar')} />
      <div className="sp-rich-text-page" style={style}>
        <EditorContent editor={editor} />
      </div>
    </Box>
  );
}

/** What a chip says: the variable's name and its fall-back, or the code of a tag. */
function chipText(source: string, label: (path: string) => string): string {
  const tag = parseTag(source);
  if (tag === undefined) return source.replace(/^\{[{%]-?\s*|\s*-?[%}]\}$/g, '');
  return tag.fallback === '' ? label(tag.path) : `${label(tag.path)} · ${tag.fallback}`;
}
