/** Names of kinds of blocks and of their fields, in the reader's language. */
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** The name of a kind of block; a kind only the server knows shows its own word. */
export function useBlockName(): (kind: string) => string {
  const { t, i18n } = useTranslation('editor');
  return useCallback(
    (kind) => (i18n.exists(`editor:block.${kind}`) ? t(`block.${kind}`) : humanised(kind)),
    [t, i18n],
  );
}

/** The name of a field of a block: one of its kind's own, or the one all kinds share. */
export function useFieldName(): (kind: string, field: string) => string {
  const { t, i18n } = useTranslation('editor');
  return useCallback(
    (kind, field) => {
      const own = `field.${kind}_${field}`;
      if (i18n.exists(`editor:${own}`)) return t(own);
      return i18n.exists(`editor:field.${field}`) ? t(`field.${field}`) : humanised(field);
    },
    [t, i18n],
  );
}

/** `button_label` as `Button label`. */
export function humanised(word: string): string {
  const text = word.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
