/** Which accounts failed in one request, and as what: each account once, by its last failure. A person has to mend every one of them, not only the last. Pure. */

import { type Cause, causeOfFailure } from './causes.ts';
import type { FailedRow, Reading } from './reading.ts';

/** More than these would bury the sentences; the evidence has all. */
export const ACCOUNTS_TOLD_MAX = 4;

export interface FailedAccount {
  readonly failed: FailedRow;
  readonly cause: Cause;
}

/** In the order in which they were asked. */
export function failedAccounts(reading: Reading): FailedAccount[] {
  const last = new Map<string, FailedRow>();
  for (const failed of reading.failed) last.set(failed.attempt.account_email, failed);
  return [...last.values()].flatMap((failed) => {
    const cause = causeOfFailure(reading, failed);
    return cause === undefined ? [] : [{ failed, cause }];
  });
}

/** Those that failed of this cause, where it is one of their own: a provider that is overloaded is told once. */
export function accountsAlike(reading: Reading, { cause, stage }: Cause): FailedAccount[] {
  if (stage !== 'account' && stage !== 'connect') return [];
  return failedAccounts(reading)
    .filter((each) => each.cause.cause === cause)
    .slice(-ACCOUNTS_TOLD_MAX);
}
