/**
 * The table of causes: the first row that fits a request is its diagnosis. A row says how it is recognised, what that means for a person, where in the
 * request's way it happened, and what is to be done; the words stand in `words/`. Nothing here reads a clock or makes a sentence.
 */

import type { FailureKind } from '../../model/failure.ts';
import type { Stage, Verdict } from '../views.ts';
import { ACCOUNT_CAUSES } from './causes-account.ts';
import { ENDING_CAUSES } from './causes-ending.ts';
import { STREAM_CAUSES } from './causes-stream.ts';
import type { FailedRow, Reading } from './reading.ts';
import type { AdviceName, CauseName } from './words/words.ts';

/** Alternatives: the first whose blanks can all be filled. */
export type AdviceStep = AdviceName | readonly AdviceName[];

export interface Cause {
  readonly cause: CauseName;
  /** Why these signs mean this, for the reader of the table. */
  readonly why: string;
  /** Signs; all that stand here must hold. A row with a kind also tells of requests that were healed after such a failure. */
  readonly kind?: FailureKind;
  readonly detail?: RegExp;
  readonly when?: (reading: Reading) => boolean;
  /** Of a request that was not healed; a healed one is `healed`. */
  readonly verdict: Verdict;
  readonly stage: Stage;
  readonly advice: readonly AdviceStep[];
  /** What remains to be done although the request was healed; most often nothing. */
  readonly meanwhile?: readonly AdviceStep[];
  /** How long it usually lasts, where nobody named a time. */
  readonly usualMs?: number;
}

/** What ends a request whatever failed before comes first; kinds of failure come last, each with its special signs before its plain row. */
export const CAUSES: readonly Cause[] = [...ENDING_CAUSES, ...ACCOUNT_CAUSES, ...STREAM_CAUSES];

export function causeOf(reading: Reading): Cause {
  const found = CAUSES.find((cause) => fits(cause, reading));
  if (found === undefined) throw new Error(`no cause fits the failure ${reading.telling?.kind ?? 'none'}`);
  return found;
}

/** What one failed attempt would be told as, if it were the whole story; undefined for what only the request's end tells. */
export function causeOfFailure(reading: Reading, failed: FailedRow): Cause | undefined {
  return CAUSES.find((cause) => cause.kind !== undefined && fits(cause, { ...reading, telling: failed }));
}

function fits({ kind, detail, when }: Cause, reading: Reading): boolean {
  const { telling } = reading;
  if (kind !== undefined && (reading.record.row.outcome === 'ok' || telling?.kind !== kind)) return false;
  return (detail?.test(telling?.detail ?? '') ?? true) && (when?.(reading) ?? true);
}
