/** What one attempt needs from the exchange around it: its order, its receiver, its facts; and what follows from its end: a decision and the account's return. */

import type { RetryDecision } from '../model/failure.ts';
import type { Lease, LeaseResult, UpstreamAnswer } from '../model/ports.ts';
import type { JsonEdit } from '../model/wire.ts';
import { passedHeaders } from './answer.ts';
import { type AttemptEnd, runAttempt } from './attempt.ts';
import { type CountOrder, countTokens } from './count.ts';
import { historyOf, noteAttempt, noteFailure } from './course.ts';
import { decide, withoutBudget } from './decide.ts';
import { earsFor } from './ears.ts';
import { resumeNote } from './remedies/note.ts';
import { resumeRequest } from './remedies/resume.ts';
import { repairSignatures } from './remedies/signature-repair.ts';
import { finality, type Resumption, resumptionOf, wayFor } from './resumption.ts';
import { noteEnd, opening, remaining, since, type Walk } from './walk.ts';

export interface AttemptOutcome {
  readonly end: AttemptEnd;
  readonly decision: RetryDecision | undefined;
}

export async function attempt(
  walk: Walk,
  lease: Lease,
  streamHeaders: Readonly<Record<string, string>>,
): Promise<AttemptOutcome> {
  const { course, doors } = walk;
  noteAttempt(course, lease.account.email);
  course.choice = 'fresh';
  let result: LeaseResult = { result: 'abandoned' };
  try {
    const end = await runOne(walk, lease, streamHeaders);
    // What was joined is counted together; the attempt's own count stands in the journal.
    course.usage = course.isResumed ? walk.ledger.shown().usage : end.usage;
    course.stopReason = end.stopReason;
    let decision: RetryDecision | undefined;
    if (end.result === 'failed') {
      noteFailure(course, end.failure, lease.account.provider);
      if (end.failure.reach === 'committed') walk.deadlineFrom = doors.world.elapsed();
      const final = finality(walk.ledger, doors.healing, walk.exchange.request.json);
      const history = historyOf(course, doors.pool, lease.account.provider, { remainingMs: remaining(walk), final });
      decision = decide(end.failure, history, doors.healing, doors.world.random());
      // What is wrong with the request itself is no outage.
      const isCharged = decision.action === 'retry' && decision.remedy === undefined;
      if (isCharged && !doors.budget.take(course.models[0] ?? course.mappedModel)) decision = withoutBudget(decision);
      const { kind } = end.failure;
      result = { result: 'failed', kind, ...(decision.cooldown ? { cooldown: decision.cooldown } : {}) };
    } else if (end.result === 'complete') {
      const sessionKey = end.sessionKey ?? walk.session.key;
      const { firstContentMs } = walk;
      result = {
        result: 'ok',
        ...(sessionKey === undefined ? {} : { sessionKey }),
        ...(firstContentMs === undefined ? {} : { firstContentMs }),
      };
      if (course.repaired) walk.session.refuse();
    }
    noteEnd(walk, end, decision);
    return { end, decision };
  } finally {
    lease.settle(result);
  }
}

async function runOne(walk: Walk, lease: Lease, streamHeaders: Readonly<Record<string, string>>): Promise<AttemptEnd> {
  const { course, doors, exchange } = walk;
  const { world, journal, healing } = doors;
  const model = course.mappedModel;
  const at = { id: exchange.id, n: course.attempts };
  const resumption = resumptionFor(walk, lease);
  const upstream = {
    account: lease.account,
    model,
    request: exchange.request,
    edits: prepare(walk, lease, resumption),
  };
  const firstContentMs = exchange.request.protocol === 'gemini' ? healing.firstContentGeminiMs : healing.firstContentMs;
  const { firstByteMs, idleMs } = healing;
  const limits = { firstByteMs, firstContentMs, idleMs, deadlineMs: remaining(walk) };
  const answered = (answer: UpstreamAnswer): void => {
    const requestId = answer.requestId === undefined ? {} : { upstreamRequestId: answer.requestId };
    journal.note({ fact: 'attempt-answered', ...at, ms: since(walk), status: answer.status, ...requestId });
  };
  const headers = (answer: UpstreamAnswer): Record<string, string> => {
    const json = { 'content-type': 'application/json' };
    return opening(walk, { ...passedHeaders(answer.headers), ...(walk.stream ? streamHeaders : json) });
  };
  const order = { adapter: lease.adapter, attempt: upstream, limits, sink: exchange.sink, headers, answered };
  if (exchange.request.operation === 'count-tokens')
    return countTokens({ ...order, ...countingOf(walk, lease) }, world);
  const attemptStartedMs = since(walk);
  walk.firstContentMs = undefined;
  const firstContent = (): void => {
    const ms = since(walk);
    walk.firstContentMs = ms - attemptStartedMs;
    journal.note({ fact: 'first-content', ...at, ms });
  };
  const resumed = (): void => {
    const { account, mappedModel } = course;
    const shownCharacters = resumption?.said.length ?? 0;
    journal.note({ fact: 'resumed', ...at, ms: since(walk), account, mappedModel, shownCharacters });
    course.flags.add('resumed');
  };
  const harvest = walk.session.harvest({ model, accountEmail: lease.account.email });
  const ears = earsFor(walk, lease, { harvest, resumption, resumed });
  return runAttempt({ ...order, ...ears, firstContent }, world);
}

/** The changes to the client's request for this attempt, and the fact that it begins. */
function prepare(walk: Walk, lease: Lease, resumption: Resumption | undefined): readonly JsonEdit[] {
  const { course, doors, exchange } = walk;
  const { email, provider } = lease.account;
  const model = course.mappedModel;
  const plan = course.repaired ? undefined : walk.session.restore({ model, accountEmail: email });
  course.resumedBy = resumption?.said ? resumption.way : undefined;
  course.isResumed = resumption !== undefined;
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
    ...(resumption ? { resume: resumeFact(resumption) } : {}),
  });
  const history = plan?.edits ?? repairSignatures(exchange.request, model);
  return resumption ? [...history, ...resumeRequest(exchange.request, resumption.said, resumption.way)] : history;
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
