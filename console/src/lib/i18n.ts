/**
 * Languages: one chunk a language, one file a feature (`locales/<language>/<feature>.json` is the namespace).
 * `en-XA` and `ar-XB` are made from English for tests: 40 % longer words, and right-to-left.
 */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { pseudo } from './pseudo';
import { type Sentences, setSentences } from './server-sentences';

/** Languages a person can choose. */
export const LANGUAGES = [
  { code: 'en', name: 'English' },
  { code: 'zh-CN', name: '简体中文' },
  { code: 'zh-TW', name: '繁體中文' },
] as const;

type Texts = Record<string, object>;
const STORAGE_KEY = 'sp-language';

const loaders: Record<string, () => Promise<{ default: Texts }>> = {
  en: () => import('../locales/en'),
  'zh-CN': () => import('../locales/zh-CN'),
  'zh-TW': () => import('../locales/zh-TW'),
};

/** Translations of what the server says in English. */
const sentences: Record<string, () => Promise<{ default: Sentences }>> = {
  'zh-CN': () => import('../locales/sentences/zh-CN.json'),
  'zh-TW': () => import('../locales/sentences/zh-TW.json'),
};

/** The language to begin with: chosen before, else the browser's. */
export function firstLanguage(
  stored: string | null = localStorage.getItem(STORAGE_KEY),
  wanted: readonly string[] = navigator.languages,
): string {
  if (stored !== null && (stored in loaders || isPseudo(stored))) return stored;
  for (const tag of wanted) {
    const low = tag.toLowerCase();
    if (low.startsWith('en')) return 'en';
    if (/^zh-(tw|hk|mo|hant)/.test(low)) return 'zh-TW';
    if (low.startsWith('zh')) return 'zh-CN';
  }
  return 'en';
}

function isPseudo(language: string): boolean {
  return language === 'en-XA' || language === 'ar-XB';
}

async function texts(language: string): Promise<Texts> {
  if (isPseudo(language)) return pseudo((await import('../locales/en')).default) as Texts;
  const load = loaders[language] ?? loaders['en'];
  if (load === undefined) return {};
  return (await load()).default;
}

async function add(language: string): Promise<void> {
  if (i18next.hasResourceBundle(language, 'common')) return;
  for (const [namespace, words] of Object.entries(await texts(language))) {
    i18next.addResourceBundle(language, namespace, words, true, true);
  }
}

/** Direction of writing. */
export function directionOf(language: string): 'ltr' | 'rtl' {
  return language.startsWith('ar') ? 'rtl' : 'ltr';
}

/** Starts with the first language. */
export async function startLanguages(language = firstLanguage()): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    defaultNS: 'common',
    ns: [],
    resources: {},
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await setLanguage(language, false);
}

/** Changes the language now and, if `keep`, for the next visits. */
export async function setLanguage(language: string, keep = true): Promise<void> {
  const [said] = await Promise.all([sentences[language]?.(), add(language)]);
  setSentences(said?.default);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  document.documentElement.dir = directionOf(language);
  if (keep) localStorage.setItem(STORAGE_KEY, language);
}

/** The present language. */
export function language(): string {
  return i18next.language || 'en';
}

/** The language for `Intl`: pseudo languages count as English. */
export function intlLanguage(): string {
  return isPseudo(language()) ? 'en' : language();
}
