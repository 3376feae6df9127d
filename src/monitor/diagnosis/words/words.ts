/** What the words of a language are: the keys of the English ones, all of them, so that a language with one too few does not compile. Blanks are `{name}`. */

import type { Language } from '../../views.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { pt } from './pt.ts';
import { zh } from './zh.ts';

type English = typeof en;
export type Words = { readonly [Section in keyof English]: { readonly [Key in keyof English[Section]]: string } };
export type CauseName = keyof English['causes'];
export type AdviceName = keyof English['advice'];
export type EvidenceName = keyof English['evidence'];
export type EndingName = keyof English['endings'];

export const WORDS: Readonly<Record<Language, Words>> = { en, de, fr, es, pt, zh };

export type Blanks = Readonly<Record<string, string | undefined>>;

/** undefined when a blank cannot be filled: the sentence would say nothing. */
export function filled(template: string, blanks: Blanks): string | undefined {
  let isWhole = true;
  const text = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = blanks[name];
    if (value === undefined) isWhole = false;
    return value ?? '';
  });
  return isWhole ? text : undefined;
}
