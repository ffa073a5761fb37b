/** The first words of new blocks, in the language of the person who writes; they are content from then on. */
import i18next from 'i18next';

const NAMESPACE = 'emailDocument';

/** The text for a key of the namespace `emailDocument`. */
export function word(key: string): string {
  return i18next.t(`${NAMESPACE}:${key}`);
}
