/** What a caller is told when no attempt succeeded, and the headers that every answer carries. Pure. */

import type { Failure, FailureKind } from '../model/failure.ts';
import type { NoLease } from '../model/ports.ts';
import type { Problem } from '../model/request.ts';
import { overcomeKinds, tellingOrder } from '../model/telling.ts';
import type { Course, FailedAttempt } from './course.ts';

type Told = { readonly kind: Problem['kind']; readonly passBody: boolean; readonly words: string };

/** `passBody`: the upstream's own words go to the caller as they are. A credential's refusal is ours to explain: the caller's own key is not at fault. */
const TOLD: Readonly<Record<FailureKind, Told>> = {
  'signature-refused': {
    kind: 'bad-request',
    passBody: true,
    words: 'the upstream refused a signature in the history',
  },
  'context-too-long': { kind: 'context-too-long', passBody: true, words: 'the prompt is too long' },
  'request-refused': { kind: 'bad-request', passBody: true, words: 'the upstream refused the request' },
  'credential-refused': {
    kind: 'upstream-credential',
    passBody: false,
    words: 'the credential of the upstream account was refused',
  },
  'permission-refused': { kind: 'upstream-credential', passBody: false, words: 'the upstream account may not do this' },
  'account-exhausted': { kind: 'upstream-credential', passBody: false, words: 'the upstream account is out of credit' },
  'model-unknown': { kind: 'unknown-model', passBody: true, words: 'the upstream does not know the model' },
  'model-unavailable': {
    kind: 'rate-limited',
    passBody: true,
    words: 'the upstream account has no quota for the model',
  },
  'rate-limited': { kind: 'rate-limited', passBody: true, words: 'every account that can serve the model is limited' },
  'quota-exhausted': { kind: 'rate-limited', passBody: true, words: 'every account’s quota for the model is used up' },
  'capacity-limited': { kind: 'rate-limited', passBody: true, words: 'the provider’s shared capacity is short' },
  'server-error': { kind: 'upstream-error', passBody: true, words: 'the upstream failed' },
  overloaded: { kind: 'overloaded', passBody: true, words: 'the upstream is overloaded' },
  silent: { kind: 'timeout', passBody: false, words: 'the upstream said nothing in time' },
  'stream-error': {
    kind: 'upstream-error',
    passBody: false,
    words: 'the upstream reported an error inside its stream',
  },
  // Clients decide by such words whether to ask again.
  cut: { kind: 'upstream-error', passBody: false, words: 'server error: stream disconnected before completion' },
  stalled: {
    kind: 'upstream-error',
    passBody: false,
    words: 'server error: stream disconnected before completion, it fell silent',
  },
  contradiction: {
    kind: 'upstream-error',
    passBody: false,
    words: 'server error: stream disconnected before completion, and no upstream went on from there',
  },
  ended: { kind: 'upstream-error', passBody: false, words: 'the upstream answered 200 and ended without content' },
  empty: { kind: 'upstream-error', passBody: false, words: 'the upstream answered 200 without content' },
  'malformed-answer': { kind: 'upstream-error', passBody: false, words: 'the upstream’s answer was malformed' },
  garbage: { kind: 'upstream-error', passBody: false, words: 'the upstream did not answer with a stream' },
  limit: { kind: 'upstream-error', passBody: false, words: 'the upstream’s answer passed a limit of the gateway' },
  unreachable: { kind: 'upstream-error', passBody: false, words: 'the upstream could not be reached' },
};

/** The error for a caller. `lease` tells why no further account could be asked, when that was the reason. */
export function problemOf(course: Course, lease?: NoLease): Problem {
  const told = mostTelling(course.failures);
  if (!told) return withoutAttempt(course, lease);
  const { failure } = told;
  const refusedBy = emptyAnswers(course.failures);
  if (refusedBy > 1) {
    const message = `all ${refusedBy} accounts that were asked ended this very prompt without a word: the model declines it, and asking again does not help; change the prompt`;
    return { kind: 'bad-request', message };
  }
  const row = TOLD[failure.kind];
  const retryAfterMs = shortest(failure.retryAfterMs, lease?.inMs);
  const tries = course.attempts === 1 ? '1 attempt' : `${course.attempts} attempts`;
  // Nothing was sent: the sentence is ours already, and no upstream is to blame.
  if (failure.kind === 'request-refused' && failure.reach === 'unsent')
    return { kind: row.kind, message: failure.detail };
  const problem: Problem = {
    kind: row.kind,
    // The provider's words about a key would be read as words about the caller's own; they stand in log and journal.
    message: `${row.words}${row.kind === 'upstream-credential' ? '' : `: ${failure.detail}`} (${tries}, last account ${course.account})`,
    ...statusOf(failure, row),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(row.passBody && failure.body !== undefined && failure.reach === 'refused' ? { body: failure.body } : {}),
  };
  return problem;
}

/** How many accounts finished properly and said nothing, when that is all that happened; else 0. */
export function emptyAnswers(failures: readonly FailedAttempt[]): number {
  const isAll = failures.every(({ failure }) => failure.kind === 'empty' && failure.reach !== 'committed');
  return isAll ? new Set(failures.map(({ account }) => account)).size : 0;
}

function mostTelling(failures: readonly FailedAttempt[]): FailedAttempt | undefined {
  const last = failures.at(-1);
  // What broke off an answer that had begun is the cause, whatever was overcome before it and tried after it.
  const broken = failures.findLast(({ failure }) => failure.reach === 'committed');
  if (broken !== undefined || last === undefined) return broken;
  const rank = (attempt: FailedAttempt): number => tellingOrder.indexOf(attempt.failure.kind);
  return failures.reduce((best, next) => {
    const isOvercome = best !== last && overcomeKinds.has(best.failure.kind);
    return isOvercome || rank(next) <= rank(best) ? next : best;
  });
}

/** The upstream's own status, when it refused with an error; a redirect that nobody follows is no answer for a caller. */
function statusOf({ status = 0, reach }: Failure, row: Told): { status?: number } {
  return row.passBody && status >= 400 && reach === 'refused' ? { status } : {};
}

function withoutAttempt(course: Course, lease?: NoLease): Problem {
  if (lease?.none === 'resting') {
    // The header that a client is told to wait by is bounded; a person wants the true time.
    const restSaid = lease.inMs === undefined ? '' : ` for ${Math.ceil(lease.inMs / 1_000)} s`;
    return {
      kind: 'rate-limited',
      message: `every account that can serve ${course.request.model} is resting${restSaid} (${lease.reason ?? 'limited'})`,
      ...(lease.inMs === undefined ? {} : { retryAfterMs: lease.inMs }),
    };
  }
  return {
    kind: 'unknown-model',
    message: `no account of this gateway can serve the model ${JSON.stringify(course.request.model.slice(0, 200))}`,
  };
}

function shortest(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}

/** Headers of every answer, errors included. Values are made safe for a header line. */
export function exchangeHeaders(id: string, course: Course, protocol: string): Record<string, string> {
  return {
    'x-account-email': headerSafe(course.account),
    'x-mapped-model': headerSafe(course.mappedModel),
    'x-request-id': id,
    'x-attempts': String(course.attempts),
    ...(protocol === 'anthropic' ? { 'request-id': id } : {}),
  };
}

/** Everything outside printable ASCII is percent-encoded, and an empty value is `none`. */
export function headerSafe(value: string): string {
  const safe = value.replace(/[^\x20-\x7e]/gu, (character) => {
    try {
      return encodeURIComponent(character);
    } catch {
      return '%EF%BF%BD';
    }
  });
  return safe === '' ? 'none' : safe;
}

/** Upstream headers of the dialect that a client may rely on; everything else stays here. */
export function passedHeaders(upstream: Readonly<Record<string, string>>): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(upstream)) {
    if (/^(anthropic-|x-goog-|x-gemini-|x-vertex-)/.test(name)) passed[name] = value;
  }
  return passed;
}
