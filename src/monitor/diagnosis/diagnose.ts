/**
 * The lesson as a function: from the record of one request to a verdict, where it happened, what shows it, and what a person does now. Pure: the
 * record, a language and the time come in. It says nothing that the record does not show, and never a credential.
 */

import type { RequestRecord } from '../rows.ts';
import type { Diagnosis, Language } from '../views.ts';
import { type AdviceStep, type Cause, causeOf } from './causes.ts';
import { evidenceOf, quote } from './evidence.ts';
import { PROVIDERS, projectIn } from './providers.ts';
import { type Reading, readRecord } from './reading.ts';
import { clockTime, humanDuration } from './times.ts';
import { type Blanks, type EndingName, filled, WORDS } from './words/words.ts';

export function diagnose(record: RequestRecord, language: Language, now: number): Diagnosis {
  const reading = readRecord(record);
  const cause = causeOf(reading);
  const isHealed = record.row.outcome === 'healed';
  const blanks = blanksFor(reading, cause, language, now);
  const words = WORDS[language];
  const ending = endingOf(reading, cause);
  const sentences = [
    filled(words.causes[cause.cause], blanks),
    ending === undefined ? '' : filled(words.endings[ending], blanks),
  ];
  const steps = isHealed && cause.kind !== undefined ? (cause.meanwhile ?? ['nothing']) : cause.advice;
  return {
    verdict: isHealed ? 'healed' : cause.verdict,
    stage: cause.stage,
    cause: cause.cause,
    summary: sentences
      .filter((sentence) => sentence !== undefined && sentence !== '')
      .join(language === 'zh' ? '' : ' '),
    evidence: evidenceOf(reading, language),
    advice: steps.flatMap((step) => adviceFor(step, blanks, language)),
  };
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

function endingOf({ record, telling }: Reading, { kind, cause }: Cause): EndingName | undefined {
  const { outcome, status } = record.row;
  if (outcome === 'healed') return kind === undefined ? undefined : 'healed';
  if (outcome !== 'failed' || cause === 'interrupted' || cause === 'internal') return undefined;
  if (status === 200) return 'event';
  if (record.attempts.length === 0) return 'unasked';
  return telling !== undefined && record.attempts.length > 1 ? 'tried' : 'given-up';
}

function blanksFor(reading: Reading, cause: Cause, language: Language, now: number): Blanks {
  const { record, telling, gaveUp, error } = reading;
  const { row, attempts } = record;
  const { phrases } = WORDS[language];
  const named = (name: string): string => (name === '' ? phrases.unknown : quote(name));
  const count = attempts.length;
  return {
    ...providerBlanks(reading, language),
    ...timeBlanks(reading, cause, language, now),
    account: telling?.attempt.account_email ?? row.account_email,
    answered: row.account_email,
    model: named(row.model),
    mapped: named(telling?.attempt.mapped_model ?? row.mapped_model),
    path: named(row.path),
    status: String(row.status),
    stop: named(row.stop_reason ?? ''),
    attempts: count === 1 ? phrases.attempt : phrases.attempts.replace('{count}', String(count)),
    said: quote(telling?.detail ?? error),
    ...(gaveUp === '' ? {} : { gaveUp: quote(gaveUp) }),
  };
}

function providerBlanks({ record, telling }: Reading, language: Language): Blanks {
  const { phrases } = WORDS[language];
  const attempt = telling?.attempt ?? record.attempts.at(-1);
  if (attempt === undefined) return {};
  const { provider, account_email } = attempt;
  const { name, keys, credential, billing, limits, statusPage, api } = PROVIDERS[provider];
  const project = projectIn(telling?.detail ?? '');
  const inProject = project === undefined ? '' : `?project=${encodeURIComponent(project)}`;
  return {
    provider: name,
    ...{ keys, billing, limits, statusPage },
    credential: phrases[credential],
    ...(provider === 'openai' ? { openai: account_email } : {}),
    ...(provider === 'vertex' ? { vertex: account_email } : {}),
    ...(api === undefined ? {} : { api: api.name, apiUrl: api.url + inProject }),
    project: project === undefined ? '' : phrases.project.replace('{name}', project),
  };
}

/** Either the time to wait, or since when it is over; never both. */
function timeBlanks({ record, backAt }: Reading, { usualMs }: Cause, language: Language, now: number): Blanks {
  const lasted = (ms: number): string => humanDuration(ms, language);
  return {
    duration: lasted(record.row.duration_ms),
    ...(usualMs === undefined ? {} : { usual: lasted(usualMs) }),
    ...(backAt === undefined
      ? {}
      : backAt > now
        ? { in: lasted(backAt - now), at: clockTime(backAt, now, language) }
        : { ago: lasted(now - backAt) }),
  };
}
