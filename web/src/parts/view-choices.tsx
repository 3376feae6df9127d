/** The two choices about the page itself: its language and its colours. */

import { type ChangeEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LANGUAGES, type Language } from '../../../src/monitor/views.ts';
import { chooseLanguage, LANGUAGE_NAMES } from '../languages.ts';
import { chooseTheme, keptTheme, THEMES, type Theme } from '../theme.ts';

export function LanguageChoice() {
  const { t, i18n } = useTranslation();
  const choose = (event: ChangeEvent<HTMLSelectElement>): void => chooseLanguage(event.target.value as Language);
  return (
    <select aria-label={t('language')} value={i18n.resolvedLanguage ?? 'en'} onChange={choose}>
      {LANGUAGES.map((language) => (
        <option key={language} value={language} lang={language}>
          {LANGUAGE_NAMES[language]}
        </option>
      ))}
    </select>
  );
}

export function ThemeChoice() {
  const { t } = useTranslation();
  const [theme, setTheme] = useState(keptTheme);
  const choose = (event: ChangeEvent<HTMLSelectElement>): void => {
    const next = event.target.value as Theme;
    setTheme(next);
    chooseTheme(next);
  };
  return (
    <select aria-label={t('theme.label')} value={theme} onChange={choose}>
      {THEMES.map((each) => (
        <option key={each} value={each}>
          {t(`theme.${each}`)}
        </option>
      ))}
    </select>
  );
}
