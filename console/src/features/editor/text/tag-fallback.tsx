/** The fall-back of the variable that is chosen in the text. */
import { TextInput } from '@mantine/core';
import type { Editor } from '@tiptap/react';
import { useTranslation } from 'react-i18next';
import { parseTag, writeTag } from '../../../parts/merge-tags/model';

export function TagFallback({ editor, source }: { editor: Editor; source: string }) {
  const { t } = useTranslation('editor');
  const tag = parseTag(source);
  const change = (text: string) => {
    // Liquid itself is changed as it stands if it is more than a variable.
    const next = tag === undefined ? text : writeTag({ ...tag, fallback: text });
    editor.commands.updateAttributes('liquid', { source: next });
  };
  return (
    <TextInput
      size="xs"
      w={tag === undefined ? 280 : 180}
      ff={tag === undefined ? 'monospace' : undefined}
      aria-label={t(tag === undefined ? 'text.liquid' : 'text.fallback')}
      placeholder={t('text.fallback')}
      value={tag === undefined ? source : tag.fallback}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
