/** Durations, clock times and lists in the words of a language. Pure; the names of units come from the engine, so that no language has a list of its own. */

import type { Language } from '../views.ts';

const LOCALES: Readonly<Record<Language, string>> = {
  en: 'en-GB',
  de: 'de-DE',
  fr: 'fr-FR',
  es: 'es-ES',
  pt: 'pt-BR',
  zh: 'zh-CN',
};

const UNITS = [
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
  { unit: 'second', ms: 1_000 },
] as const;
/** More than two units say more than anybody needs. */
const UNITS_MAX = 2;

/** `12 ms`, `1.4 seconds`, `2 minutes, 30 seconds`. */
export function humanDuration(ms: number, language: Language): string {
  const locale = LOCALES[language];
  const told = Math.max(0, ms);
  if (told < 1_000) return unit(locale, Math.round(told), 'millisecond', 'short');
  if (told < 10_000) return unit(locale, Math.round(told / 100) / 10, 'second', 'long');
  let rest = Math.round(told / 1_000) * 1_000;
  const largest = UNITS.findIndex((each) => rest >= each.ms);
  const parts = UNITS.slice(largest, largest + UNITS_MAX).flatMap(({ unit: name, ms: size }) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? [] : [unit(locale, count, name, 'long')];
  });
  return new Intl.ListFormat(locale, { type: 'unit', style: 'short' }).format(parts);
}

/** The time of the clock in UTC, with the day when it is not the day of `now`. */
export function clockTime(time: number, now: number, language: Language): string {
  const isToday = new Date(time).toISOString().slice(0, 10) === new Date(now).toISOString().slice(0, 10);
  return new Intl.DateTimeFormat(LOCALES[language], {
    ...(isToday ? {} : { day: 'numeric', month: 'long' }),
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
    timeZone: 'UTC',
    timeZoneName: 'short',
  }).format(time);
}

/** `ada, bob and carl`. */
export function listed(names: readonly string[], language: Language): string {
  return new Intl.ListFormat(LOCALES[language], { type: 'conjunction' }).format(names);
}

function unit(locale: string, count: number, name: string, unitDisplay: 'short' | 'long'): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay }).format(count);
}
