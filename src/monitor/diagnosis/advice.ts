/**
 * What a person does now: the steps of the request's cause, said of every account that failed alike, and what other accounts need that failed of another
 * cause. Pure. "Nothing to do" is said only where nothing else is.
 */

import type { Language } from '../views.ts';
import { ACCOUNTS_TOLD_MAX, accountsAlike, failedAccounts } from './alike.ts';
import { blanksFor } from './blanks.ts';
import type { AdviceStep, Cause } from './causes.ts';
import type { FailedRow, Reading } from './reading.ts';
import { listed } from './times.ts';
import { type Blanks, filled, WORDS } from './words/words.ts';

export function adviceOf(reading: Reading, cause: Cause, language: Language, now: number): string[] {
  const isHealed = reading.record.row.outcome === 'healed';
  const steps = isHealed && cause.kind !== undefined ? (cause.meanwhile ?? ['nothing']) : cause.advice;
  const alike = accountsAlike(reading, cause).map(({ failed }) => failed);
  const own = adviceFor({ reading, cause, language, now, steps, accounts: alike });
  const others = failedAccounts(reading)
    .filter((each) => each.cause.cause !== cause.cause)
    .slice(-ACCOUNTS_TOLD_MAX)
    .flatMap(({ failed, cause: other }) =>
      adviceFor({ reading, cause: other, language, now, steps: other.meanwhile ?? [], accounts: [failed] }),
    );
  const all = [...new Set([...own, ...others])];
  const nothing = WORDS[language].advice.nothing;
  return all.length > 1 ? all.filter((sentence) => sentence !== nothing) : all;
}

interface Advised {
  readonly reading: Reading;
  readonly cause: Cause;
  readonly language: Language;
  readonly now: number;
  readonly steps: readonly AdviceStep[];
  /** None: of the request alone. */
  readonly accounts: readonly FailedRow[];
}

/** Done once for each account: a key, a project and what they may do are nobody else's. All else is said once of all accounts of a provider. */
const ONE_BY_ONE: ReadonlySet<AdviceStep> = new Set<AdviceStep>([
  'renew-credential',
  'supply-credential',
  'enable-api',
  'model-garden',
]);

function adviceFor({ reading, cause, language, now, steps, accounts }: Advised): string[] {
  const seenFrom = (telling: FailedRow): Blanks => blanksFor({ ...reading, telling }, cause, language, now);
  const single = accounts.length === 0 ? [blanksFor(reading, cause, language, now)] : accounts.map(seenFrom);
  const providers = new Map<string, FailedRow[]>();
  for (const each of accounts) {
    const { provider } = each.attempt;
    providers.set(provider, [...(providers.get(provider) ?? []), each]);
  }
  const joined = [...providers.values()].map((those) => {
    const blanks = seenFrom(those[0]!);
    const all = listed(
      those.map(({ attempt }) => attempt.account_email),
      language,
    );
    const instead = (blank: string | undefined): string | undefined => (blank === undefined ? undefined : all);
    return { ...blanks, account: all, openai: instead(blanks.openai), vertex: instead(blanks.vertex) };
  });
  return steps.flatMap((step) =>
    (joined.length === 0 || ONE_BY_ONE.has(step) ? single : joined).flatMap((blanks) =>
      sentenceOf(step, blanks, language),
    ),
  );
}

/** The first alternative whose blanks can be filled; none when no one can. */
function sentenceOf(step: AdviceStep, blanks: Blanks, language: Language): string[] {
  const alternatives = typeof step === 'string' ? [step] : step;
  for (const name of alternatives) {
    const sentence = filled(WORDS[language].advice[name], blanks);
    if (sentence !== undefined) return [sentence];
  }
  return [];
}
