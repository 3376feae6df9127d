/**
 * What each kind of failure leads to: one row a kind, each with its reason. `decide.ts` reads the table; nothing else does.
 * The rows are the failure table of `docs/HEALING.md`. No row names a status number or a provider's sentence.
 */

import type { Backoff, FailureKind } from '../model/failure.ts';

/** Where the next attempt goes. `another` falls back to the same account only where `repeat` allows it. */
export type NextStep = 'repair' | 'never-this-model' | 'give-up' | 'another' | 'provider';

export interface Rule {
  readonly why: string;
  readonly next: NextStep;
  /** The wait before the same account is asked again. Another account is asked at once, but for a fixed wait, which holds for both. */
  readonly backoff: Backoff;
  /** Whether the account that failed may be asked again when it is the only one. */
  readonly repeat: boolean;
  /** When no account is left for this model, the route's next model is tried: at once, at once when the wait would be long, or after all attempts. */
  readonly nextModel: 'at-once' | 'at-once-when-long' | 'after-attempts' | 'never';
  /** How long the account rests when the provider named no time. */
  readonly rest?: { readonly scope: 'model' | 'account'; readonly ms: number };
}

const second = 1_000;
const minute = 60 * second;
const none: Backoff = { kind: 'none', baseMs: 0, maxMs: 0 };
const shortFixed: Backoff = { kind: 'fixed', baseMs: 200, maxMs: 200 };
const limitLinear: Backoff = { kind: 'linear', baseMs: 5 * second, maxMs: 30 * second };
const errorLinear: Backoff = { kind: 'linear', baseMs: 3 * second, maxMs: 30 * second };
const overloadExponential: Backoff = { kind: 'exponential', baseMs: 10 * second, maxMs: 60 * second };

/** A wait that the provider named is kept on the same account only up to this. */
export const namedWaitMsMax = 30 * second;
/** A named wait above this counts as long: the route's next model is tried first. */
export const shortWaitMsMax = 5 * second;

/** For kinds without a wait: the second time in a row that an account fails so, it is given this long before it is asked once more. */
export const repeatWaitMs = second;

export const RULES: Readonly<Record<FailureKind, Rule>> = {
  'signature-refused': {
    why: 'the history carries a signature this upstream does not accept; without signatures it will be accepted',
    next: 'repair',
    backoff: shortFixed,
    repeat: true,
    nextModel: 'never',
  },
  'context-too-long': {
    why: 'the same model will refuse this length again',
    next: 'never-this-model',
    backoff: none,
    repeat: false,
    nextModel: 'at-once',
  },
  'request-refused': {
    why: 'the request itself was refused; no other attempt can cure it, and the caller needs the upstream’s own words',
    next: 'give-up',
    backoff: none,
    repeat: false,
    nextModel: 'never',
  },
  'credential-refused': {
    why: 'this credential does not work; another account may',
    next: 'another',
    backoff: shortFixed,
    repeat: false,
    nextModel: 'after-attempts',
    rest: { scope: 'account', ms: 5 * minute },
  },
  'permission-refused': {
    why: 'this account may not do this; another may',
    next: 'another',
    backoff: shortFixed,
    repeat: false,
    nextModel: 'after-attempts',
    rest: { scope: 'account', ms: 5 * minute },
  },
  'account-exhausted': {
    why: 'this account’s credit or spending limit is used up; waiting does not help it',
    next: 'another',
    backoff: none,
    repeat: false,
    nextModel: 'at-once',
    rest: { scope: 'account', ms: 60 * minute },
  },
  'model-unknown': {
    why: 'this account does not know the model; another may',
    next: 'another',
    backoff: none,
    repeat: false,
    nextModel: 'at-once',
    rest: { scope: 'model', ms: 10 * minute },
  },
  'model-unavailable': {
    why: 'this account’s tier has no quota for the model at all; waiting never helps',
    next: 'another',
    backoff: none,
    repeat: false,
    nextModel: 'at-once',
    rest: { scope: 'model', ms: 60 * minute },
  },
  'rate-limited': {
    why: 'this account is limited for a while; another is not',
    next: 'another',
    backoff: limitLinear,
    repeat: true,
    nextModel: 'at-once-when-long',
    rest: { scope: 'model', ms: 5 * second },
  },
  'quota-exhausted': {
    why: 'this account’s quota for the model is used up until it is renewed',
    next: 'another',
    backoff: limitLinear,
    repeat: true,
    nextModel: 'at-once-when-long',
    rest: { scope: 'model', ms: 60 * minute },
  },
  'capacity-limited': {
    why: 'the provider’s shared capacity is short; the account is not to blame and does not rest',
    next: 'another',
    backoff: limitLinear,
    repeat: true,
    nextModel: 'at-once-when-long',
  },
  'server-error': {
    why: 'the provider failed; another account may land on a healthy machine',
    next: 'another',
    backoff: errorLinear,
    repeat: true,
    nextModel: 'after-attempts',
  },
  overloaded: {
    why: 'the provider is overloaded, whichever account asks; only another provider or time helps',
    next: 'provider',
    backoff: overloadExponential,
    repeat: true,
    nextModel: 'at-once',
  },
  silent: {
    why: 'this account’s upstream says nothing; another may',
    next: 'another',
    backoff: none,
    repeat: true,
    nextModel: 'at-once',
    rest: { scope: 'model', ms: 30 * second },
  },
  unreachable: {
    why: 'the connection failed; nothing was said yet, so asking again costs nothing',
    next: 'another',
    backoff: none,
    repeat: true,
    nextModel: 'after-attempts',
    rest: { scope: 'account', ms: 5 * second },
  },
  ended: peekRow('the stream ended before it said anything'),
  empty: peekRow('the answer finished without content'),
  'stream-error': peekRow('the upstream reported an error inside its stream before it said anything'),
  garbage: peekRow('what came is not the stream that was asked for'),
  'malformed-answer': peekRow('the upstream calls its own tool call malformed; a new try is usually sound'),
  cut: peekRow('the stream broke off before its end'),
  // Every further silence would cost the caller as long again.
  stalled: { ...peekRow('the stream fell silent before its end'), nextModel: 'at-once' },
  contradiction: peekRow('the new attempt did not go on from what the client has; another try may'),
  limit: peekRow('the answer passed a limit of the gateway'),
};

function peekRow(why: string): Rule {
  return { why, next: 'another', backoff: none, repeat: true, nextModel: 'after-attempts' };
}
