/**
 * The one loop: lease, attempt, decide, wait, again. It ends every exchange exactly once: with the whole answer, with the dialect's own error,
 * or with nothing because the client has left. What to do after a failure is decided in `decide.ts`; here it is only done.
 */

import type { RetryDecision } from '../model/failure.ts';
import type { Outcome } from '../model/journal.ts';
import type { AnswerWriter, Lease, NoLease } from '../model/ports.ts';
import { problemOf } from './answer.ts';
import { createCapture } from './capture.ts';
import { type ClientStream, createClientStream } from './client-stream.ts';
import { currentModel, firstModel, nextModel, startCourse, wishesOf } from './course.ts';
import { hedged } from './hedge.ts';
import { type Keeper, startKeeper } from './keeper.ts';
import { createLedger } from './ledger.ts';
import { namedWaitMsMax } from './rules.ts';
import {
  type Exchange,
  endedFact,
  type HealDoors,
  opening,
  remaining,
  since,
  startedFact,
  tell,
  type Walk,
} from './walk.ts';

export async function heal(exchange: Exchange, doors: HealDoors): Promise<void> {
  const { journal } = doors;
  const { request } = exchange;
  const capture = createCapture(doors.captureBytesMax);
  const streamed = request.framing !== 'json' && request.operation === 'generate';
  const writer = exchange.dialect.writer(request.framing, exchange.id, request);
  let keeper: Keeper | undefined;
  const sent = (bytes: Uint8Array): void => {
    capture.add(bytes, since(walk));
    keeper?.sent();
  };
  const walk = startWalk(exchange, doors, streamed ? writer : undefined, sent);
  journal.note(startedFact(walk, streamed));
  if (doors.healing.hedge) doors.hedging.asked(firstModel(walk.course));
  if (walk.stream) keeper = keep(walk, walk.stream, writer.headers);
  const stop = (): void => {
    tell(walk, { kind: 'shutting-down', message: 'the gateway is shutting down; ask again' });
    exchange.sink.abandon();
  };
  exchange.stop?.addEventListener('abort', stop);
  let outcome: Outcome = 'failed';
  try {
    const end = await rounds(walk, writer.headers);
    outcome = end === 'cancelled' && walk.error !== undefined ? 'failed' : end;
  } catch (error) {
    tell(walk, { kind: 'internal', message: 'the gateway failed; this is a fault of its own' });
    throw error;
  } finally {
    keeper?.stop();
    exchange.stop?.removeEventListener('abort', stop);
    journal.note(endedFact(walk, outcome, capture));
  }
}

function startWalk(
  exchange: Exchange,
  doors: HealDoors,
  writer: AnswerWriter | undefined,
  sent: (bytes: Uint8Array) => void,
): Walk {
  const { request, sink } = exchange;
  const startedAt = doors.world.elapsed();
  const session = doors.signatures.session(request, exchange.caller);
  const course = startCourse(request, exchange.models, session.key);
  const stream = writer ? createClientStream({ sink, sent }, writer) : undefined;
  const told = { responseHeaders: {}, status: 0, error: undefined };
  const shown = { ledger: createLedger(), voice: undefined };
  return {
    exchange,
    doors,
    course,
    session,
    ...shown,
    stream,
    writer,
    startedAt,
    deadlineFrom: startedAt,
    sessionKey: session.key,
    rawBytesLeft: request.operation === 'generate' ? doors.rawBytesMax?.() : undefined,
    ...told,
    sent,
  };
}

function keep(walk: Walk, stream: ClientStream, headers: Readonly<Record<string, string>>): Keeper {
  const { exchange, doors, course } = walk;
  const { sink } = exchange;
  return startKeeper(doors.world, {
    keepaliveMs: doors.healing.keepaliveMs,
    openAfterMs: doors.healing.openAfterMs,
    opened: () => sink.opened && !sink.gone.aborted,
    openEarly: () => {
      if (sink.gone.aborted) return;
      doors.journal.note({ fact: 'opened-early', id: exchange.id, ms: since(walk) });
      stream.openEarly(opening(walk, headers), course.mappedModel);
    },
    ping: () => stream.keepalive(),
  });
}

/** Runs attempts until the exchange is over. */
async function rounds(walk: Walk, streamHeaders: Readonly<Record<string, string>>): Promise<Outcome> {
  const { course, exchange } = walk;
  for (;;) {
    if (exchange.sink.gone.aborted) return 'cancelled';
    const lease = await acquire(walk);
    if (lease === 'left') return 'cancelled';
    if ('none' in lease) {
      tell(walk, problemOf(course, lease));
      return 'failed';
    }
    const { end, decision } = await hedged(walk, lease, streamHeaders);
    if (end.result === 'cancelled') return 'cancelled';
    if (end.result === 'complete') {
      walk.doors.budget.answered(course.mappedModel);
      return course.failures.length > 0 ? 'healed' : 'ok';
    }
    if (!decision || decision.action === 'give-up') {
      if (!walk.ledger.isEmpty) course.flags.add('interrupted');
      tell(walk, problemOf(course));
      return 'failed';
    }
    if (!(await turn(walk, decision))) return 'cancelled';
  }
}

/** Leases an account, waiting for one to return from its rest where that is short enough. */
async function acquire(walk: Walk): Promise<Lease | NoLease | 'left'> {
  const { doors, course, exchange } = walk;
  const { world } = doors;
  for (;;) {
    passOver(walk);
    const lease = firstLease(walk);
    if (!('none' in lease)) return lease;
    const forMs = Math.ceil((lease.inMs ?? 0) * (1 + world.random() * 0.1));
    const isShort = (lease.inMs ?? 0) <= Math.min(namedWaitMsMax, doors.restWaitMsMax) && forMs <= remaining(walk);
    const waits = lease.none === 'resting' && lease.inMs !== undefined && isShort;
    // Another account is free, and only the conversation's cache speaks for waiting.
    const isKeptForCache = lease.none === 'resting' && wishesOf(course).some((wish) => doors.pool.another(wish));
    if (isKeptForCache && !waits) {
      const free = firstLease(walk, { forgetSession: true });
      if (!('none' in free)) return free;
    }
    if (!isKeptForCache && course.modelIndex + 1 < course.models.length) {
      nextModel(course);
      continue;
    }
    if (!waits) return lease;
    const why = lease.reason ?? 'every account rests';
    const at = { id: exchange.id, ms: since(walk), forMs, why };
    doors.journal.note(
      course.attempts === 0 ? { fact: 'queued', ...at } : { fact: 'waiting', backoff: 'fixed', ...at },
    );
    await world.sleep(forMs, exchange.sink.gone);
    if (exchange.sink.gone.aborted) return 'left';
  }
}

/**
 * A model that keeps failing is not asked while the route has another that answers; who probes it finds out when it is well again. Only before it was
 * asked: once it was, the rules decide, and another of its accounts may be well.
 */
function passOver(walk: Walk): void {
  const { doors, course, exchange } = walk;
  const { protocol, operation } = exchange.request;
  const isOpen = (model: string): boolean => doors.pool.isModelOpen(protocol, operation, model);
  if (course.attemptsForModel > 0 || course.choice !== 'fresh' || !isOpen(currentModel(course))) return;
  const next = course.models.findIndex((model, at) => at > course.modelIndex && !isOpen(model));
  while (course.modelIndex < next) {
    doors.journal.note({ fact: 'passed-over', id: exchange.id, ms: since(walk), model: currentModel(course) });
    nextModel(course);
  }
}

/** The first wish that finds an account; else the shortest rest; else why there is none. */
function firstLease(walk: Walk, { forgetSession = false } = {}): Lease | NoLease {
  let best: NoLease | undefined;
  for (const wish of wishesOf(walk.course)) {
    const { sessionKey: _sessionKey, ...unbound } = wish;
    const lease = walk.doors.pool.lease(forgetSession ? unbound : wish);
    if (!('none' in lease)) return lease;
    const sooner = lease.none === 'resting' && (best?.none !== 'resting' || (lease.inMs ?? 0) < (best.inMs ?? 0));
    if (best === undefined || sooner) best = lease;
  }
  return best ?? { none: 'none' };
}

/** Prepares the next round. Resolves false when the client left meanwhile. */
async function turn(walk: Walk, decision: Extract<RetryDecision, { action: 'retry' }>): Promise<boolean> {
  const { course, doors, exchange } = walk;
  if (decision.account === 'next-model') nextModel(course);
  if (decision.account === 'same') course.choice = decision.cooldown?.told === true ? 'rested' : 'same';
  if (decision.remedy === 'ask-to-go-on') course.asksInWords = true;
  if (decision.remedy === 'signature-repair') {
    course.repaired = true;
    course.flags.add('repaired');
  }
  // The provider named a time: the wait is for whichever account returns first, and is made where accounts are leased.
  if (course.choice === 'rested') return !exchange.sink.gone.aborted;
  if (decision.afterMs === 0) return !exchange.sink.gone.aborted;
  const { afterMs: forMs, backoff, why } = decision;
  doors.journal.note({ fact: 'waiting', id: exchange.id, ms: since(walk), forMs, backoff, why });
  await doors.world.sleep(forMs, exchange.sink.gone);
  return !exchange.sink.gone.aborted;
}
