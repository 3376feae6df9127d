/** The languages of the page: all words stand in `locales/`, one file a page and language; the browser chooses unless a person has. */

import { createInstance, type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { LANGUAGES, type Language } from '../../src/monitor/views.ts';

/** Each in its own words. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  pt: 'Português',
  zh: '中文',
};
const KEPT_AS = 'language';

type Words = Record<string, unknown>;
const files = import.meta.glob<Words>('./locales/*/*.json', { eager: true, import: 'default' });
export const languages: i18n = createInstance();

export async function startLanguages(): Promise<void> {
  const resources: Record<string, Record<string, Words>> = {};
  for (const [path, words] of Object.entries(files)) {
    const [, , language = '', file = ''] = path.split('/');
    resources[language] = { ...resources[language], [file.replace(/\.json$/, '')]: words };
  }
  languages.on('languageChanged', (language) => {
    document.documentElement.lang = language;
  });
  await languages.use(initReactI18next).init({
    resources,
    lng: chosenLanguage(localStorage.getItem(KEPT_AS), navigator.languages),
    fallbackLng: 'en',
    defaultNS: 'frame',
    // React writes text nodes: escaping once more would show the escapes.
    interpolation: { escapeValue: false },
  });
}

export function chosenLanguage(kept: string | null, wanted: readonly string[]): Language {
  const known = (tag: string | null): Language | undefined =>
    LANGUAGES.find((language) => tag?.toLowerCase().split('-')[0] === language);
  return known(kept) ?? wanted.map(known).find((language) => language !== undefined) ?? 'en';
}

export function chooseLanguage(language: Language): void {
  localStorage.setItem(KEPT_AS, language);
  void languages.changeLanguage(language);
}
