/** What one attempt needs from the exchange around it: its order, its receiver, its facts; and what follows from its end: a decision and the account's return. */

import type { Usage } from '../model/events.ts';
import type { Failure, RetryDecision } from '../model/failure.ts';
import type { Lease, LeaseResult, UpstreamAnswer } from '../model/ports.ts';
import type { JsonEdit } from '../model/wire.ts';
import { passedHeaders } from './answer.ts';
import { type AttemptEnd, runAttempt } from './attempt.ts';
import type { ClockLimits } from './clocks.ts';
import { type CountOrder, countTokens } from './count.ts';
import { historyOf, noteAttempt, noteFailure } from './course.ts';
import { decide, isCharged, withoutBudget } from './decide.ts';
import { earsFor } from './ears.ts';
import { type KeptBodies, keptBodies, settleRaw, translationFor } from './kept.ts';
import { resumeNote } from './remedies/note.ts';
import { resumeRequest } from './remedies/resume.ts';
import { repairSignatures } from './remedies/signature-repair.ts';
import { finality, type Resumption, resumptionOf, wayFor } from './resumption.ts';
import { noteEnd, opening, remaining, since, type Walk } from './walk.ts';

export interface AttemptOutcome {
  readonly end: AttemptEnd;
  readonly decision: RetryDecision | undefined;
}

/** One of the attempts that run side by side for one exchange. */
export interface Lane {
  /** True for the first that says something. */
  claim(): boolean;
  readonly lost: AbortSignal;
  /** Another attempt is still under way, so a failure of this one decides nothing. */
  readonly hasCompany: () => boolean;
  readonly isHedge: boolean;
}

const neverLost = new AbortController().signal;
const alone: Lane = { claim: () => true, lost: neverLost, hasCompany: () => false, isHedge: false };

export async function attempt(
  walk: Walk,
  lease: Lease,
  streamHeaders: Readonly<Record<string, string>>,
  lane: Lane = alone,
): Promise<AttemptOutcome> {
  const { course, doors } = walk;
  noteAttempt(course, lease.account.email);
  // Each model of the route has a budget of its own, and is asked only when its turn comes.
  if (course.attemptsForModel === 1) doors.budget.asked(course.mappedModel);
  const n = course.attempts;
  course.choice = 'fresh';
  const pace: Pace = { startedMs: since(walk), firstContentMs: undefined };
  const kept = keptBodies(walk);
  let result: LeaseResult = { result: 'abandoned' };
  try {
    const end = await runOne(walk, lease, streamHeaders, { lane, pace, kept });
    let decision: RetryDecision | undefined;
    if (!lane.lost.aborted) {
      // What was joined is counted together; the attempt's own count stands in the journal.
      course.usage = course.isResumed ? walk.ledger.shown().usage : end.usage;
      course.stopReason = end.stopReason;
    }
    if (end.result === 'failed') {
      noteFailure(course, end.failure, lease.account);
      decision = lane.hasCompany() ? inCompany : decideAfter(walk, lease, end.failure);
      const { kind } = end.failure;
      result = { result: 'failed', kind, ...(decision.cooldown ? { cooldown: decision.cooldown } : {}) };
    } else if (end.result === 'complete') {
      walk.sessionKey ??= end.sessionKey;
      result = succeeded(walk, end.sessionKey, pace, lane);
      if (course.repaired) walk.session.refuse();
    }
    // A slow one that was called off took at least so long.
    if (lane.lost.aborted) doors.hedging.saw(course.mappedModel, since(walk) - pace.startedMs);
    settleRaw(walk, kept, end);
    noteEnd(walk, n, end, decision, kept);
    return { end, decision };
  } finally {
    lease.settle(result);
  }
}

interface Pace {
  readonly startedMs: number;
  firstContentMs: number | undefined;
}

const inCompany: RetryDecision = {
  action: 'retry',
  why: 'another attempt is under way already',
  afterMs: 0,
  backoff: 'none',
  account: 'another',
};

function decideAfter(walk: Walk, lease: Lease, failure: Failure): RetryDecision {
  const { course, doors, exchange } = walk;
  if (failure.reach === 'committed') walk.deadlineFrom = doors.world.elapsed();
  const final = finality(walk.ledger, doors.healing, exchange.request.json);
  const history = historyOf(course, doors.pool, lease.account.provider, { remainingMs: remaining(walk), final });
  const decision = decide(failure, history, doors.healing, doors.world.random());
  const isAllowed = !isCharged(decision) || doors.budget.take(course.mappedModel);
  return isAllowed ? decision : withoutBudget(decision, history);
}

/** A conversation does not move to an account only because it was quicker once. */
function succeeded(walk: Walk, stated: string | undefined, { firstContentMs }: Pace, lane: Lane): LeaseResult {
  const sessionKey = lane.isHedge ? undefined : (stated ?? walk.session.key);
  return {
    result: 'ok',
    ...(sessionKey === undefined ? {} : { sessionKey }),
    ...(firstContentMs === undefined ? {} : { firstContentMs }),
  };
}

interface Run {
  readonly lane: Lane;
  readonly pace: Pace;
  readonly kept: KeptBodies;
}

async function runOne(
  walk: Walk,
  lease: Lease,
  streamHeaders: Readonly<Record<string, string>>,
  { lane, pace, kept }: Run,
): Promise<AttemptEnd> {
  const { course, doors, exchange } = walk;
  const { world, journal } = doors;
  const model = course.mappedModel;
  const at = { id: exchange.id, n: course.attempts };
  const resumption = resumptionFor(walk, lease);
  const edits = prepare(walk, lease, { resumption, isHedge: lane.isHedge });
  const upstream = { account: lease.account, model, request: exchange.request, edits, ...translationFor(walk, kept) };
  const answered = (answer: UpstreamAnswer): void => {
    const requestId = answer.requestId === undefined ? {} : { upstreamRequestId: answer.requestId };
    journal.note({ fact: 'attempt-answered', ...at, ms: since(walk), status: answer.status, ...requestId });
  };
  const headers = (answer: UpstreamAnswer): Record<string, string> => {
    const json = { 'content-type': 'application/json' };
    return opening(walk, { ...passedHeaders(answer.headers), ...(walk.stream ? streamHeaders : json) });
  };
  const limits = limitsOf(walk);
  const order = { adapter: lease.adapter, attempt: upstream, limits, sink: exchange.sink, headers, answered };
  if (exchange.request.operation === 'count-tokens')
    return countTokens({ ...order, ...countingOf(walk, lease) }, world);
  const firstContent = (usage: () => Usage): void => {
    const ms = since(walk);
    pace.firstContentMs = ms - pace.startedMs;
    if (doors.healing.hedge) doors.hedging.saw(model, pace.firstContentMs);
    journal.note({ fact: 'first-content', ...at, ms, usage });
  };
  const resumed = (): void => {
    const { account, mappedModel } = course;
    const shownCharacters = resumption?.said.length ?? 0;
    journal.note({ fact: 'resumed', ...at, ms: since(walk), account, mappedModel, shownCharacters });
    course.flags.add('resumed');
  };
  const harvest = walk.session.harvest({ model, accountEmail: lease.account.email });
  const ears = earsFor(walk, lease, { harvest, resumption, resumed });
  const claim = (): boolean => {
    if (!lane.claim()) return false;
    walk.voice = ears.voice;
    course.account = lease.account.email;
    return true;
  };
  const raw = kept.raw && { raw: (bytes: Uint8Array) => kept.raw?.add(bytes, since(walk)) };
  return runAttempt({ ...order, ...ears, firstContent, claim, lost: lane.lost, ...raw }, world);
}

function limitsOf(walk: Walk): ClockLimits {
  const { firstByteMs, firstContentMs, firstContentGeminiMs, idleMs } = walk.doors.healing;
  const isGemini = walk.exchange.request.protocol === 'gemini';
  return {
    firstByteMs,
    firstContentMs: isGemini ? firstContentGeminiMs : firstContentMs,
    idleMs,
    deadlineMs: remaining(walk),
  };
}

/** The changes to the client's request for this attempt, and the fact that it begins. */
function prepare(
  walk: Walk,
  lease: Lease,
  { resumption, isHedge }: { readonly resumption: Resumption | undefined; readonly isHedge: boolean },
): readonly JsonEdit[] {
  const { course, doors, exchange } = walk;
  const { email, provider } = lease.account;
  const model = course.mappedModel;
  const plan = course.repaired ? undefined : walk.session.restore({ model, accountEmail: email });
  course.resumedBy = resumption?.said ? resumption.way : undefined;
  course.isResumed = resumption !== undefined;
  const history = plan?.edits ?? repairSignatures(exchange.request, model);
  const resume = resumption ? resumeRequest(exchange.request, resumption.said, resumption.way) : [];
  doors.journal.note({
    fact: 'attempt-started',
    id: exchange.id,
    n: course.attempts,
    ms: since(walk),
    account: email,
    provider,
    mappedModel: model,
    restored: plan?.restored ?? 0,
    degraded: plan?.degraded ?? 0,
    repaired: course.repaired,
    ...(isHedge ? { hedge: true as const } : {}),
    ...(resumption ? { resume: resumeFact(resumption) } : {}),
    ...(history.length + resume.length > 0 ? { edits: { history, resume } } : {}),
  });
  return resume.length > 0 ? [...history, ...resume] : history;
}

function countingOf(walk: Walk, lease: Lease): Pick<CountOrder, 'sent' | 'retell' | 'estimate'> {
  const { request, dialect, estimate } = walk.exchange;
  const isForeign = lease.adapter.native(request.protocol, walk.course.mappedModel) !== request.protocol;
  const retell = isForeign ? dialect.countDocument : undefined;
  return { sent: walk.sent, ...(retell ? { retell } : {}), ...(estimate ? { estimate } : {}) };
}

function resumptionFor(walk: Walk, lease: Lease): Resumption | undefined {
  const { course, doors, exchange } = walk;
  const { request } = exchange;
  const native = lease.adapter.native(request.protocol, course.mappedModel);
  const model = { native, prefills: doors.prefills(course.mappedModel), asksInWords: course.asksInWords };
  return resumptionOf(walk.ledger, wayFor(model, request));
}

function resumeFact({ said, way }: Resumption): { way: 'prefill' | 'ask'; shownCharacters: number; note?: string } {
  return { way, shownCharacters: said.length, ...(way === 'ask' && said !== '' ? { note: resumeNote } : {}) };
}
