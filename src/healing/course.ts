/** What has happened so far in one exchange, and the wishes and histories that follow from it. No effects here. */

import type { Provider } from '../model/config.ts';
import type { Usage } from '../model/events.ts';
import type { Failure, FailureKind } from '../model/failure.ts';
import type { Flag } from '../model/journal.ts';
import type { AccountPool, LeaseWish } from '../model/ports.ts';
import type { ClientRequest } from '../model/request.ts';
import { emptyAnswers } from './answer.ts';
import type { RetryHistory } from './decide.ts';
import type { ResumeWay } from './remedies/resume.ts';
import { RULES } from './rules.ts';

export interface FailedAttempt {
  readonly failure: Failure;
  readonly account: string;
  readonly model: string;
}

/**
 * `fresh`: an account that has not failed here · `same`: exactly the last one · `rested`: any but the hopeless ones, whichever returns first from
 * the rest that the provider named.
 */
export type Choice = 'fresh' | 'same' | 'rested';

export interface Course {
  readonly request: ClientRequest;
  readonly models: readonly string[];
  readonly sessionKey: string | undefined;
  modelIndex: number;
  /** All attempts, and those for the current model. */
  attempts: number;
  attemptsForModel: number;
  readonly failures: FailedAttempt[];
  /** Accounts that failed for the current model, in order, with their last kind. */
  readonly failedHere: Map<string, FailureKind>;
  /** Failures of the same kind in a row on the same account. */
  repeats: number;
  /** Once repaired, every later attempt of the exchange carries the repair. */
  repaired: boolean;
  /** How the last attempt was asked to go on from what the client has been shown; undefined when it began the answer. */
  resumedBy: ResumeWay | undefined;
  /** The last attempt was to go on from what the client has been shown. */
  isResumed: boolean;
  /** A begun answer was refused once: from then on models are asked in words. */
  asksInWords: boolean;
  /** Whom the next attempt may ask. */
  choice: Choice;
  /** The provider of the last attempt, when its own condition made it fail: another is asked while one can serve. */
  avoidProvider: Provider | undefined;
  /** For the answer's headers: those of the last attempt. */
  account: string;
  mappedModel: string;
  stopReason: string | undefined;
  usage: Usage;
  readonly flags: Set<Flag>;
}

export function startCourse(request: ClientRequest, models: readonly string[], sessionKey: string | undefined): Course {
  return {
    request,
    models,
    sessionKey,
    modelIndex: 0,
    attempts: 0,
    attemptsForModel: 0,
    failures: [],
    failedHere: new Map(),
    repeats: 0,
    repaired: false,
    resumedBy: undefined,
    isResumed: false,
    asksInWords: false,
    choice: 'fresh',
    avoidProvider: undefined,
    account: 'none',
    mappedModel: firstModel({ request, models }),
    stopReason: undefined,
    usage: {},
    flags: new Set(),
  };
}

/** Whom the exchange is counted with, whichever model of the route answers in the end. */
export function firstModel({ request, models }: Pick<Course, 'request' | 'models'>): string {
  return models[0] ?? request.model;
}

export function currentModel(course: Course): string {
  return course.models[course.modelIndex] ?? course.request.model;
}

export function nextModel(course: Course): void {
  course.modelIndex += 1;
  course.attemptsForModel = 0;
  course.failedHere.clear();
  course.repeats = 0;
  course.choice = 'fresh';
  course.flags.add('fallback');
}

export function noteAttempt(course: Course, account: string): void {
  // Beside one that has not failed it is no retry.
  const isRetry = course.failures.length > 0;
  if (isRetry) course.flags.add('retried');
  if (isRetry && course.account !== account) course.flags.add('rotated');
  course.attempts += 1;
  course.attemptsForModel += 1;
  course.account = account;
  course.mappedModel = currentModel(course);
}

export function noteFailure(
  course: Course,
  failure: Failure,
  { email, provider }: { readonly email: string; readonly provider: Provider },
): void {
  course.avoidProvider = RULES[failure.kind].next === 'provider' ? provider : undefined;
  const before = course.failures.at(-1);
  const again = before?.account === email && before.failure.kind === failure.kind;
  course.repeats = again ? course.repeats + 1 : 1;
  course.failures.push({ failure, account: email, model: course.mappedModel });
  course.failedHere.delete(email);
  course.failedHere.set(email, failure.kind);
  if (failure.kind === 'ended' || failure.kind === 'empty') course.flags.add('zero_token');
}

/** Whom the next attempt asks for, and, while that finds nobody, whom else: narrower wishes first. */
export function wishesOf(course: Course): readonly LeaseWish[] {
  if (course.choice === 'same') return [{ ...wish(course, []), only: course.account }, wish(course, barred(course))];
  if (course.choice === 'rested') return [wish(course, barred(course))];
  return [
    wish(course, course.failedHere.keys()),
    wish(course, [...barred(course), course.account]),
    wish(course, barred(course)),
  ];
}

function wish(course: Course, failed: Iterable<string>): LeaseWish {
  const { protocol, operation } = course.request;
  const session = course.sessionKey === undefined ? {} : { sessionKey: course.sessionKey };
  const avoid = course.avoidProvider === undefined ? {} : { avoidProvider: course.avoidProvider };
  return { protocol, operation, model: currentModel(course), failed: new Set(failed), ...session, ...avoid };
}

export function historyOf(
  course: Course,
  pool: AccountPool,
  provider: Provider,
  { remainingMs, final }: { readonly remainingMs: number; readonly final: string | undefined },
): RetryHistory {
  const fresh = wish(course, course.failedHere.keys());
  return {
    attempts: course.attemptsForModel,
    repeats: course.repeats,
    repaired: course.repaired,
    another: pool.another(fresh),
    anotherProvider: pool.another(fresh, provider),
    roundAgain: pool.another(wish(course, [...barred(course), course.account])),
    nextModel: course.modelIndex + 1 < course.models.length,
    remainingMs,
    ...(final === undefined ? {} : { final }),
    ...(course.resumedBy === undefined ? {} : { resumedBy: course.resumedBy }),
    emptyAccounts: emptyAnswers(course.failures),
  };
}

function barred(course: Course): string[] {
  return [...course.failedHere].filter(([, kind]) => !RULES[kind].repeat).map(([email]) => email);
}
