/**
 * Words for what the server says by a stable code. English shows the server's own sentence, which is the
 * most specific; other languages show the translation of the code, and where there is none, that of the sentence.
 */
import { useTranslation } from 'react-i18next';
import { intlLanguage } from './i18n';
import { serverSentence } from './server-sentences';

/** Gives the words for a code: `key` is its text in the namespace, `sentence` what the server said. */
export type ServerWords = (key: string, sentence: string, values?: Record<string, string | number>) => string;

/** {@link ServerWords} of one namespace. */
export function useServerWords(namespace: string): ServerWords {
  const { t, i18n } = useTranslation(namespace);
  return (key, sentence, values) => {
    if (sentence !== '' && intlLanguage() === 'en') return sentence;
    return i18n.exists(`${namespace}:${key}`) ? t(key, values) : serverSentence(sentence);
  };
}
