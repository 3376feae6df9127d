/**
 * What a person does now: the steps of the request's cause, said of every account that failed alike, and what other accounts need that failed of another
 * cause. Pure. "Nothing to do" is said only where nothing else is.
 */

import type { Language } from '../views.ts';
import { ACCOUNTS_TOLD_MAX, accountsAlike, failedAccounts } from './alike.ts';
import { blanksFor } from './blanks.ts';
import type { AdviceStep, Cause } from './causes.ts';
import type { Reading } from './reading.ts';
import { type Blanks, filled, WORDS } from './words/words.ts';

export function adviceOf(reading: Reading, cause: Cause, language: Language, now: number): string[] {
  const isHealed = reading.record.row.outcome === 'healed';
  const steps = isHealed && cause.kind !== undefined ? (cause.meanwhile ?? ['nothing']) : cause.advice;
  const alike = accountsAlike(reading, cause).map(({ failed }) => ({ ...reading, telling: failed }));
  const readings = alike.length === 0 ? [reading] : alike;
  const blanks = readings.map((each) => blanksFor(each, cause, language, now));
  const own = steps.flatMap((step) => blanks.flatMap((each) => adviceFor(step, each, language)));
  const others = failedAccounts(reading)
    .filter((each) => each.cause.cause !== cause.cause && each.cause.meanwhile !== undefined)
    .slice(-ACCOUNTS_TOLD_MAX)
    .flatMap((each) => {
      const told = blanksFor({ ...reading, telling: each.failed }, each.cause, language, now);
      return (each.cause.meanwhile ?? []).flatMap((step) => adviceFor(step, told, language));
    });
  const all = [...new Set([...own, ...others])];
  const nothing = WORDS[language].advice.nothing;
  return all.length > 1 ? all.filter((sentence) => sentence !== nothing) : all;
}

/** The first alternative whose blanks can be filled; none when no one can. */
function adviceFor(step: AdviceStep, blanks: Blanks, language: Language): string[] {
  const alternatives = typeof step === 'string' ? [step] : step;
  for (const name of alternatives) {
    const sentence = filled(WORDS[language].advice[name], blanks);
    if (sentence !== undefined) return [sentence];
  }
  return [];
}
