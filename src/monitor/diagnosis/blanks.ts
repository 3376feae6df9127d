/** What the blanks of a sentence are filled with: names, times and places of one request, seen from the attempt that tells its story. Pure; never a credential. */

import type { Language } from '../views.ts';
import type { Cause } from './causes.ts';
import { quote } from './evidence.ts';
import { PROVIDERS, projectIn } from './providers.ts';
import type { Reading } from './reading.ts';
import { clockTime, humanDuration } from './times.ts';
import { type Blanks, WORDS } from './words/words.ts';

export function blanksFor(reading: Reading, cause: Cause, language: Language, now: number): Blanks {
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
