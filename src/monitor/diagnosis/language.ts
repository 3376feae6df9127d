/** Which of the six languages somebody reads: from a word, an Accept-Language header, or the variables of a terminal. Pure. */

import { LANGUAGES, type Language } from '../views.ts';

const HEADER_CHARS_MAX = 1_000;

/** `de`, `de-AT`, `pt_BR.UTF-8`; undefined for every other. */
export function languageOf(tag: string | undefined): Language | undefined {
  const primary = tag
    ?.trim()
    .toLowerCase()
    .split(/[-_.@]/, 1)[0];
  return LANGUAGES.find((language) => language === primary);
}

/** The best liked one of a header that is there; English where none is. */
export function acceptedLanguage(header: string | undefined): Language {
  const liked = (header ?? '')
    .slice(0, HEADER_CHARS_MAX)
    .split(',')
    .flatMap((part, at) => {
      const [tag, ...parameters] = part.split(';');
      const language = languageOf(tag);
      const quality = Number(/^\s*q=([\d.]+)\s*$/i.exec(parameters.join(';'))?.[1] ?? 1);
      return language === undefined || !(quality > 0) ? [] : [{ language, quality, at }];
    });
  liked.sort((a, b) => b.quality - a.quality || a.at - b.at);
  return liked[0]?.language ?? 'en';
}

/** As a terminal states it. */
export function terminalLanguage(env: Readonly<Record<string, string | undefined>>): Language {
  const stated = [env.LC_ALL, env.LC_MESSAGES, env.LANG].find((value) => value !== undefined && value !== '');
  return languageOf(stated) ?? 'en';
}
