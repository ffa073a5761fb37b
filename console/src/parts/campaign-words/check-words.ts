/** What a launch check found, in the reader's language: the sentence of its code, with the specifics of the server's. */
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client';
import { intlLanguage } from '../../lib/i18n';
import { serverSentence } from '../../lib/server-sentences';

type LaunchCheck = Schema<'LaunchCheck'>;

/** What each code's English sentence says besides its code: the text that `what` stands for. */
const SPECIFICS: Record<string, RegExp> = {
  subject: /has (\d+) characters/,
  no_fallback: /^(\S+) is empty/,
  unknown_variable: /no variable (\S+?):/,
  sensitive: /^(\S+) tells/,
  image_alt: /^(\d+)/,
  active_content: /can't carry (.+): it was/,
  size: /has (\d+) KiB/,
  link_scheme: /The link (.+) can't work/,
  link_host: /The link (.+) can't work/,
  link_relative: /The link (.+) can't work/,
  link_denied: /Links to (\S+) are/,
  link_user: /The link (.+) has an @/,
  link_ip: /bare address (\S+):/,
  link_shortener: /^(\S+) hides/,
  link_look_alike: /^(\S+) looks like/,
  link_insecure: /link to (\S+) is/,
  link_personal: /carries (\S+):/,
  link_mismatch: /says (\S+) but/,
  links: /^(\d+) links/,
  sender_domain: /^(\S+) is not set up/,
  unknown_tag: /has the tag (.+); is it/,
};

/** The specifics of a check; empty if its sentence has none. */
export function specifics({ code, message }: Pick<LaunchCheck, 'code' | 'message'>): string {
  return SPECIFICS[code]?.exec(message)?.[1] ?? '';
}

/** Gives the sentence of a check. */
export function useCheckWords(): (check: LaunchCheck) => string {
  const { t, i18n } = useTranslation('checks');
  return (check) => {
    if (intlLanguage() === 'en') return check.message;
    const { code, level, part } = check;
    const key = [`${code}.${level}_${part ?? 'none'}`, `${code}.${level}`].find((one) =>
      i18n.exists(`checks:${one}`),
    );
    const what = specifics(check);
    // A sentence that needs its specifics and did not get them would say too little.
    if (key === undefined || (t(key).includes('{{') && what === '')) return serverSentence(check.message);
    return t(key, { what });
  };
}
