/** What one attempt needs from the exchange around it: its order, its receiver, its facts; and what follows from its end: a decision and the account's return. */

import type { RetryDecision } from '../model/failure.ts';
import type { AnswerListener, Lease, LeaseResult, SignatureHarvest, UpstreamAnswer } from '../model/ports.ts';
import type { JsonEdit } from '../model/wire.ts';
import { passedHeaders } from './answer.ts';
import { type AttemptEnd, runAttempt } from './attempt.ts';
import { countTokens } from './count.ts';
import { historyOf, noteAttempt, noteFailure } from './course.ts';
import { decide } from './decide.ts';
import {
  createEventReceiver,
  createFoldReceiver,
  createForeignFoldReceiver,
  createFrameReceiver,
  type Receiver,
} from './receiver.ts';
import { repairSignatures } from './remedies/signature-repair.ts';
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
    course.usage = end.usage;
    course.stopReason = end.stopReason;
    let decision: RetryDecision | undefined;
    if (end.result === 'failed') {
      noteFailure(course, end.failure, lease.account.provider);
      const history = historyOf(course, doors.pool, lease.account.provider, remaining(walk));
      decision = decide(end.failure, history, doors.healing, doors.world.random());
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
  const target = { model, accountEmail: lease.account.email };
  const plan = course.repaired ? undefined : walk.session.restore(target);
  const edits: readonly JsonEdit[] = plan?.edits ?? repairSignatures(exchange.request, model);
  const at = { id: exchange.id, n: course.attempts };
  journal.note({
    fact: 'attempt-started',
    ...at,
    ms: since(walk),
    account: lease.account.email,
    provider: lease.account.provider,
    mappedModel: model,
    restored: plan?.restored ?? 0,
    degraded: plan?.degraded ?? 0,
    repaired: course.repaired,
  });
  const upstream = { account: lease.account, model, request: exchange.request, edits };
  const firstContentMs = exchange.request.protocol === 'gemini' ? healing.firstContentGeminiMs : healing.firstContentMs;
  const limits = {
    firstByteMs: healing.firstByteMs,
    firstContentMs,
    idleMs: healing.idleMs,
    deadlineMs: remaining(walk),
  };
  const answered = (answer: UpstreamAnswer): void => {
    const requestId = answer.requestId === undefined ? {} : { upstreamRequestId: answer.requestId };
    journal.note({ fact: 'attempt-answered', ...at, ms: since(walk), status: answer.status, ...requestId });
  };
  const headers = (answer: UpstreamAnswer): Record<string, string> => {
    const json = { 'content-type': 'application/json' };
    return opening(walk, { ...passedHeaders(answer.headers), ...(walk.stream ? streamHeaders : json) });
  };
  const order = { adapter: lease.adapter, attempt: upstream, limits, sink: exchange.sink, headers, answered };
  if (exchange.request.operation === 'count-tokens') {
    const isForeign = lease.adapter.native(exchange.request.protocol, model) !== exchange.request.protocol;
    const retell = isForeign ? exchange.dialect.countDocument : undefined;
    const { estimate } = exchange;
    const own = { ...(retell ? { retell } : {}), ...(estimate ? { estimate } : {}) };
    return countTokens({ ...order, sent: walk.sent, ...own }, world);
  }
  const attemptStartedMs = since(walk);
  walk.firstContentMs = undefined;
  const firstContent = (): void => {
    const ms = since(walk);
    walk.firstContentMs = ms - attemptStartedMs;
    journal.note({ fact: 'first-content', ...at, ms });
  };
  const { receiver, listener } = earsFor(walk, lease);
  walk.receiver = receiver;
  const harvest = hearing(walk.session.harvest(target), listener);
  return runAttempt({ ...order, receiver, harvest, firstContent }, world);
}

/** What takes this attempt's answer: frames as they are, or events retold, streamed or collected. And who hears it beside the client. */
function earsFor(walk: Walk, lease: Lease): { receiver: Receiver; listener?: AnswerListener | undefined } {
  const { exchange, stream, writer, sent } = walk;
  const { request, dialect, sink } = exchange;
  const outlet = { sink, sent };
  if (lease.adapter.native(request.protocol, walk.course.mappedModel) === request.protocol) {
    const isStreamed = stream !== undefined && writer !== undefined;
    return { receiver: isStreamed ? createFrameReceiver(stream, writer) : createFoldReceiver(outlet, dialect.fold()) };
  }
  const createdSeconds = Math.floor(walk.doors.world.now() / 1000);
  const options = { answerId: exchange.id, model: walk.course.mappedModel, createdSeconds, request };
  if (!dialect.foreignWriter || !dialect.foreignFold)
    throw new Error(`${dialect.protocol} cannot retell another dialect`);
  const receiver = stream
    ? createEventReceiver(stream, dialect.foreignWriter(request.framing, options))
    : createForeignFoldReceiver(outlet, dialect.foreignFold(options));
  return { receiver, listener: exchange.listen?.(options) };
}

/** The harvest of signatures, and whoever else listens. */
function hearing(harvest: SignatureHarvest, listener: AnswerListener | undefined): SignatureHarvest {
  if (!listener) return harvest;
  return {
    see(event) {
      harvest.see(event);
      listener.see(event);
    },
    keep() {
      listener.keep();
      return harvest.keep();
    },
  };
}
