/**
 * The lesson as a function: from the record of one request to a verdict, where it happened, what shows it, and what a person does now. Pure: the
 * record, a language and the time come in. It says nothing that the record does not show, and never a credential.
 */

import type { RequestRecord } from '../rows.ts';
import type { Diagnosis, Language } from '../views.ts';
import { adviceOf } from './advice.ts';
import { accountsAlike } from './alike.ts';
import { blanksFor } from './blanks.ts';
import { type Cause, causeOf } from './causes.ts';
import { evidenceOf } from './evidence.ts';
import { type Reading, readRecord } from './reading.ts';
import { listed } from './times.ts';
import { type Blanks, type EndingName, filled, WORDS } from './words/words.ts';

export function diagnose(record: RequestRecord, language: Language, now: number): Diagnosis {
  const reading = readRecord(record);
  const cause = causeOf(reading);
  const isHealed = record.row.outcome === 'healed';
  const blanks = { ...blanksFor(reading, cause, language, now), ...accountsTold(reading, cause, language) };
  const words = WORDS[language];
  const ending = endingOf(reading, cause);
  const sentences = [
    filled(words.causes[cause.cause], blanks),
    ending === undefined ? '' : filled(words.endings[ending], blanks),
  ];
  return {
    verdict: isHealed ? 'healed' : cause.verdict,
    stage: cause.stage,
    cause: cause.cause,
    summary: sentences
      .filter((sentence) => sentence !== undefined && sentence !== '')
      .join(language === 'zh' ? '' : ' '),
    evidence: evidenceOf(reading, language),
    advice: adviceOf(reading, cause, language, now),
  };
}

/** All accounts of one provider that failed alike, not only the last. */
function accountsTold(reading: Reading, cause: Cause, language: Language): Blanks {
  const provider = reading.telling?.attempt.provider;
  const alike = accountsAlike(reading, cause).filter(({ failed }) => failed.attempt.provider === provider);
  return alike.length < 2
    ? {}
    : {
        account: listed(
          alike.map(({ failed }) => failed.attempt.account_email),
          language,
        ),
      };
}

function endingOf({ record, telling }: Reading, { kind, cause }: Cause): EndingName | undefined {
  const { outcome, status } = record.row;
  if (outcome === 'healed') return kind === undefined ? undefined : 'healed';
  if (outcome !== 'failed' || cause === 'interrupted' || cause === 'internal') return undefined;
  if (status === 200) return 'event';
  if (record.attempts.length === 0) return 'unasked';
  return telling !== undefined && record.attempts.length > 1 ? 'tried' : 'given-up';
}
