import { expect, it } from 'vitest';
import { acceptedLanguage, languageOf, terminalLanguage } from './language.ts';

it.each([
  [undefined, 'en'],
  ['', 'en'],
  ['de', 'de'],
  ['pt-BR,pt;q=0.9,en;q=0.8', 'pt'],
  ['ja,zh-CN;q=0.8,en;q=0.7', 'zh'],
  ['en;q=0.5, fr;q=0.9', 'fr'],
  ['fr;q=0, es', 'es'],
  ['*', 'en'],
])('Accept-Language %j is read as %s', (header, language) => {
  expect(acceptedLanguage(header)).toBe(language);
});

it('takes the first variable that is set for the language of the terminal', () => {
  expect(terminalLanguage({ LC_ALL: '', LANG: 'de_DE.UTF-8' })).toBe('de');
  expect(terminalLanguage({ LC_ALL: 'fr_CA.UTF-8', LANG: 'de_DE.UTF-8' })).toBe('fr');
  expect(terminalLanguage({ LC_ALL: 'C' })).toBe('en');
  expect(languageOf('german')).toBeUndefined();
});
