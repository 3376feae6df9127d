/**
 * One pure function from a failure and what has happened so far to what is done now. It never waits, looks at no clock and rolls no dice:
 * the roll comes in, the wait goes out as a number.
 */

import type { HealingConfig } from '../model/config.ts';
import type { Backoff, CooldownOrder, Failure, RetryDecision } from '../model/failure.ts';
import { namedWaitMsMax, RULES, type Rule, repeatWaitMs, shortWaitMsMax } from './rules.ts';

/** What `decide` needs to know of the exchange. Counts include the attempt that just failed. */
export interface RetryHistory {
  /** Attempts made for the current model of the route. */
  readonly attempts: number;
  /** How often this kind has failed in a row on the account that just failed. */
  readonly repeats: number;
  readonly repaired: boolean;
  /** Another account that has not failed in this exchange could be asked now. */
  readonly another: boolean;
  /** As `another`, and of another provider. */
  readonly anotherProvider: boolean;
  /** Every account has failed in this exchange, but one other than the last may be asked a second time. */
  readonly roundAgain: boolean;
  readonly nextModel: boolean;
  /** What is left of the deadline, milliseconds. */
  readonly remainingMs: number;
  /** Why nothing can be done any more for a client that has been shown content; absent while an attempt can go on from there, or nothing was shown. */
  readonly final?: string;
  /** How the attempt that just failed was asked to go on. */
  readonly resumedBy?: 'prefill' | 'ask';
  /** How many accounts finished properly without a word, when that is all that happened in this exchange; else 0. */
  readonly emptyAccounts: number;
}

/** So many accounts with the same empty answer are a refusal of the prompt, once no other is left to ask. */
export const emptyAccountsMin = 2;

/** How long an account whose stream broke after content is left in peace while another can serve. */
export const brokenStreamRestMs = 10_000;

export type RetryLimits = Pick<HealingConfig, 'maxAttempts' | 'backoff'>;

/** `roll` is a number from 0 to 1 (exclusive) and moves waits by at most a tenth, a named time only upwards. */
export function decide(failure: Failure, history: RetryHistory, limits: RetryLimits, roll: number): RetryDecision {
  const rule = RULES[failure.kind];
  const cooldown = cooldownOf(failure, rule);
  if (history.final !== undefined) return giveUp(history.final, cooldown);
  if (history.remainingMs <= 0) return giveUp('the deadline has passed', cooldown);
  if (rule.next === 'give-up') return refused(failure, rule, history, limits, cooldown);
  if (failure.shouldRetry === false && rule.next !== 'repair' && rule.repeat && failure.kind === 'server-error') {
    return giveUp('the provider says that asking again does not help', cooldown);
  }
  if (rule.next === 'repair') return repair(rule, history, limits, cooldown);
  if (rule.next === 'never-this-model') return elsewhere(rule.why, history, cooldown);
  if (failure.kind === 'empty' && history.emptyAccounts >= emptyAccountsMin && !history.another) {
    const why = `the same empty answer from ${history.emptyAccounts} accounts is a refusal of this prompt`;
    return elsewhere(why, history, cooldown);
  }
  const lastAttempt = history.attempts >= limits.maxAttempts;
  if (lastAttempt) {
    return rule.nextModel === 'never' || !history.nextModel
      ? giveUp(`all ${limits.maxAttempts} attempts are used`, cooldown)
      : nextModel(`all ${limits.maxAttempts} attempts for this model are used`, cooldown);
  }
  return again(failure, rule, history, limits, roll, cooldown);
}

function repair(rule: Rule, history: RetryHistory, limits: RetryLimits, cooldown?: CooldownOrder): RetryDecision {
  if (history.repaired) return giveUp('the history was already repaired once', cooldown);
  if (history.attempts >= limits.maxAttempts) return giveUp(`all ${limits.maxAttempts} attempts are used`, cooldown);
  const backoff = limits.backoff['400'] ?? rule.backoff;
  const afterMs = waitOf(backoff, 1);
  if (afterMs > history.remainingMs) return giveUp('the deadline would pass during the wait', cooldown);
  return {
    action: 'retry',
    why: rule.why,
    afterMs,
    backoff: backoff.kind,
    account: 'same',
    remedy: 'signature-repair',
  };
}

/** A model that does not go on from a begun answer says so in a refusal of the request: it can still be asked in words. */
function refused(
  failure: Failure,
  rule: Rule,
  history: RetryHistory,
  limits: RetryLimits,
  cooldown?: CooldownOrder,
): RetryDecision {
  const isOurs = history.resumedBy === 'prefill' && failure.kind === 'request-refused';
  if (!isOurs) return giveUp(rule.why, cooldown);
  if (history.attempts >= limits.maxAttempts) return giveUp(`all ${limits.maxAttempts} attempts are used`, cooldown);
  const why = 'the model may not go on from a begun answer; it is asked in words';
  return { action: 'retry', why, afterMs: 0, backoff: 'none', account: 'same', remedy: 'ask-to-go-on' };
}

/** Whether the budget of the model has to allow it: one more attempt at that same model, because of a failure. */
export function isCharged(decision: RetryDecision): boolean {
  // What is wrong with the request itself is no outage, and an attempt at another model does not add to this one's.
  return decision.action === 'retry' && decision.remedy === undefined && decision.account !== 'next-model';
}

/** A retry that the budget does not allow: the model has failed as after its last attempt. */
export function withoutBudget({ cooldown }: RetryDecision, history: Pick<RetryHistory, 'nextModel'>): RetryDecision {
  const why = 'too many requests for this model fail at once: retries would only add to the outage';
  return elsewhere(why, history, cooldown);
}

function elsewhere(why: string, history: Pick<RetryHistory, 'nextModel'>, cooldown?: CooldownOrder): RetryDecision {
  return history.nextModel ? nextModel(why, cooldown) : giveUp(why, cooldown);
}

function again(
  failure: Failure,
  rule: Rule,
  history: RetryHistory,
  limits: RetryLimits,
  roll: number,
  cooldown?: CooldownOrder,
): RetryDecision {
  const backoff = limits.backoff[keyOf(failure)] ?? rule.backoff;
  const rested = cooldown ? { cooldown } : {};
  const toAnother = (why: string): RetryDecision => {
    const afterMs = backoff.kind === 'fixed' ? Math.min(backoff.baseMs, backoff.maxMs) : 0;
    return { action: 'retry', why, afterMs, backoff: afterMs > 0 ? 'fixed' : 'none', account: 'another', ...rested };
  };
  const sameProviderHelps = rule.next !== 'provider' || history.repeats > 1;
  if (sameProviderHelps ? history.another : history.anotherProvider) return toAnother(rule.why);

  const named = failure.retryAfterMs;
  const long = named === undefined || named > shortWaitMsMax;
  const modelFirst = rule.nextModel === 'at-once' || (rule.nextModel === 'at-once-when-long' && long);
  if (modelFirst && history.nextModel)
    return nextModel(`${rule.why}; no other account is left for this model`, cooldown);
  if (!rule.repeat) {
    return history.nextModel
      ? nextModel(`${rule.why}; no other account is left for this model`, cooldown)
      : giveUp(`${rule.why}, but there is none`, cooldown);
  }
  if (named !== undefined && named > namedWaitMsMax) {
    return giveUp(`the provider asks to wait ${Math.ceil(named / 1000)} s, longer than a request is held`, cooldown);
  }
  if (history.roundAgain && sameProviderHelps && backoff.kind === 'none') {
    return toAnother('every account has failed once; the one that failed first is asked again');
  }
  const isHammering = backoff.kind === 'none' && history.repeats > 1;
  const ownMs = isHammering ? repeatWaitMs : jitter(waitOf(backoff, history.attempts), backoff.maxMs, roll);
  const afterMs = named === undefined ? ownMs : named + Math.floor(named * roll * 0.1);
  if (afterMs > history.remainingMs) return giveUp('the deadline would pass during the wait', cooldown);
  const kind = named === undefined && !isHammering ? backoff.kind : 'fixed';
  return { action: 'retry', why: rule.why, afterMs, backoff: afterMs > 0 ? kind : 'none', account: 'same', ...rested };
}

function keyOf(failure: Failure): keyof RetryLimits['backoff'] {
  const fallback = {
    'rate-limited': '429',
    'capacity-limited': '429',
    'server-error': '500',
    overloaded: '503',
  } as const;
  const status = String(failure.status ?? '');
  if (failure.reach === 'refused' && ['401', '403', '404', '429', '500', '503', '529'].includes(status)) {
    return status as keyof RetryLimits['backoff'];
  }
  return failure.kind in fallback ? fallback[failure.kind as keyof typeof fallback] : 'peek';
}

function waitOf(backoff: Backoff, attempts: number): number {
  if (backoff.kind === 'none') return 0;
  if (backoff.kind === 'fixed') return Math.min(backoff.baseMs, backoff.maxMs);
  const factor = backoff.kind === 'linear' ? attempts : 2 ** (attempts - 1);
  return Math.min(backoff.baseMs * factor, backoff.maxMs);
}

function jitter(waitMs: number, maxMs: number, roll: number): number {
  return Math.min(maxMs, Math.round(waitMs * (0.9 + roll * 0.2)));
}

function cooldownOf(failure: Failure, rule: Rule): CooldownOrder | undefined {
  const reason = `${failure.kind}: ${failure.detail}`;
  if (failure.retryAfterMs !== undefined && rule.rest) {
    return { scope: rule.rest.scope, ms: failure.retryAfterMs, told: true, reason };
  }
  // A client whose stream broke asks again at once, and should then land elsewhere.
  if (failure.reach === 'committed' && !rule.rest)
    return { scope: 'model', ms: brokenStreamRestMs, told: false, reason };
  return rule.rest ? { ...rule.rest, told: false, reason } : undefined;
}

function giveUp(why: string, cooldown?: CooldownOrder): RetryDecision {
  return { action: 'give-up', why, ...(cooldown ? { cooldown } : {}) };
}

function nextModel(why: string, cooldown?: CooldownOrder): RetryDecision {
  return {
    action: 'retry',
    why,
    afterMs: 0,
    backoff: 'none',
    account: 'next-model',
    ...(cooldown ? { cooldown } : {}),
  };
}
