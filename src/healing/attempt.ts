/**
 * One try at one upstream with one account: opens it, peeks, pours, and says how it ended. It never decides what comes next and never answers the
 * client with an error; whatever it borrows (clocks, listeners, the upstream's socket) it gives back before it returns.
 */

import type { StreamEvent, Usage } from '../model/events.ts';
import { type Failure, FoldError, FrameLimitError, Refusal } from '../model/failure.ts';
import type {
  ClientSink,
  SignatureHarvest,
  UpstreamAdapter,
  UpstreamAnswer,
  UpstreamAttempt,
  World,
} from '../model/ports.ts';
import type { Protocol } from '../model/request.ts';
import type { Frame } from '../model/wire.ts';
import { type AttemptClocks, type ClockLimits, type Ring, startClocks } from './clocks.ts';
import { createPeek, type Peek } from './peek.ts';
import type { Receiver } from './receiver.ts';

/** Bytes of comments, pings and starts that one attempt may make us hold before it has said anything. */
export const heldBytesMax = 8 * 1024 * 1024;
/** Bytes of one collected answer. */
export const collectedBytesMax = 256 * 1024 * 1024;
/** How long a body may stay open after its terminal event before we close it ourselves. */
export const trailingMs = 500;

/** How long a stream may be silent after its reason to stop, without the terminal event that should follow, before it counts as ended. */
export const endingMs = 1_000;
/** The same for Gemini, which may state a reason in the middle, while it runs code. */
export const geminiEndingMs = 5_000;

/** Made once: a reason of its own for every attempt would cost a stack trace each. */
const attemptOver = new Error('the attempt is over');

export interface AttemptOrder {
  readonly adapter: UpstreamAdapter;
  readonly attempt: UpstreamAttempt;
  readonly receiver: Receiver;
  readonly harvest: SignatureHarvest;
  readonly limits: ClockLimits;
  readonly sink: ClientSink;
  /** Headers of the answer, asked for when it is opened. */
  readonly headers: (answer: UpstreamAnswer) => Readonly<Record<string, string>>;
  readonly answered: (answer: UpstreamAnswer) => void;
  /** `usage` tells what the upstream has stated so far, whenever it is asked. */
  readonly firstContent: (usage: () => Usage) => void;
  /** The attempt has said something. False when another of the same exchange said something before it: then nothing of this one is shown. */
  readonly claim: () => boolean;
  /** Aborts when another attempt of the same exchange has won. */
  readonly lost: AbortSignal;
  /** Takes the upstream's bytes as they come, where a person wants to see them. */
  readonly raw?: (bytes: Uint8Array) => void;
}

export type AttemptEnd = (
  | { readonly result: 'complete'; readonly sessionKey?: string }
  | { readonly result: 'failed'; readonly failure: Failure }
  | { readonly result: 'cancelled' }
) & { readonly usage: Usage; readonly stopReason?: string };

export async function runAttempt(order: AttemptOrder, world: World): Promise<AttemptEnd> {
  const { adapter, attempt, sink } = order;
  const abort = new AbortController();
  let rung: Ring | 'trailing' | undefined;
  const clocks = startClocks(world, order.limits, (which) => {
    rung ??= which;
    abort.abort(attemptOver);
  });
  const left = (): void => abort.abort(attemptOver);
  const isCalledOff = (): boolean => sink.gone.aborted || order.lost.aborted;
  if (isCalledOff()) abort.abort(attemptOver);
  sink.gone.addEventListener('abort', left);
  order.lost.addEventListener('abort', left);
  const native = adapter.native(attempt.request.protocol, attempt.model);
  const peek = createPeek((body) => adapter.classifyInBand(native, body), {
    isRetold: native !== attempt.request.protocol,
    speaksAfterStop: native === 'gemini',
  });
  const closing = (afterMs: number) => world.alarm(afterMs, () => abort.abort(attemptOver));
  const told = (): Pick<AttemptEnd, 'usage' | 'stopReason'> =>
    peek.stopReason === undefined ? { usage: peek.usage } : { usage: peek.usage, stopReason: peek.stopReason };
  try {
    const answer = await adapter.open(attempt, abort.signal);
    clocks.headersCame();
    order.answered(answer);
    const failure = await readBody({ order, answer, peek, clocks, native }, closing);
    if (failure && rung === undefined && isCalledOff()) return { result: 'cancelled', ...told() };
    return failure ? { result: 'failed', failure, ...told() } : await finish(order, answer, told());
  } catch (error) {
    if (rung === undefined && isCalledOff()) return { result: 'cancelled', ...told() };
    return { result: 'failed', failure: failureOf(error, rung, peek, order), ...told() };
  } finally {
    clocks.cancel();
    sink.gone.removeEventListener('abort', left);
    order.lost.removeEventListener('abort', left);
    abort.abort(attemptOver);
  }
}

interface Reading {
  readonly order: AttemptOrder;
  readonly answer: UpstreamAnswer;
  readonly peek: Peek;
  readonly clocks: AttemptClocks;
  /** The dialect the upstream speaks. */
  readonly native: Protocol;
}

/** Reads frames until the answer is complete or has failed. Resolves with the failure, or nothing. */
async function readBody(
  reading: Reading,
  closing: (afterMs: number) => { cancel(): void },
): Promise<Failure | undefined> {
  const { order, answer, peek, clocks, native } = reading;
  const { adapter, receiver } = order;
  const framer = adapter.framer(native);
  const reader = adapter.readEvents(native);
  const ending = watchEnding(peek, native, closing);
  let collected = 0;
  const frames: Frame[] = [];
  const events: StreamEvent[] = [];

  const takeFrames = (): Failure | undefined => {
    for (const frame of frames) {
      events.length = 0;
      reader.push(frame, events);
      const failure = takeEvents(reading, events);
      if (failure) return failure;
      // An error in place of the terminal sign is not for the client: the answer is over.
      if (events.some(isFault)) continue;
      const wrong = receiver.take(frame, events);
      if (wrong) return receiver.committed ? { ...wrong, reach: 'committed' } : wrong;
    }
    frames.length = 0;
    return undefined;
  };

  try {
    for await (const chunk of answer.body) {
      clocks.byteCame();
      order.raw?.(chunk);
      collected += chunk.length;
      framer.push(chunk, frames);
      const failure = takeFrames() ?? overLimit(receiver, collected);
      const wasCommitted = receiver.committed;
      const flushed = receiver.flush();
      if (receiver.committed && !wasCommitted) clocks.contentCame(true);
      if (flushed) {
        clocks.clientSlow(true);
        await flushed;
        clocks.clientSlow(false);
      }
      if (failure) return failure;
      ending.look();
    }
  } catch (error) {
    // After the reason to stop the answer is whole, whatever becomes of the connection.
    if (peek.complete) return undefined;
    if (!peek.stopped || order.sink.gone.aborted || order.lost.aborted) throw error;
  } finally {
    ending.cancel();
  }
  framer.end(frames);
  const failure = takeFrames();
  if (failure) return failure;
  events.length = 0;
  reader.end(events);
  return takeEvents(reading, events) ?? receiver.take(undefined, events);
}

function isFault({ type }: StreamEvent): boolean {
  return type === 'failure' || type === 'garbage';
}

/** Closes a body that stays open although the answer has ended: soon after the terminal event, later where only the reason to stop has come. */
function watchEnding(
  peek: Peek,
  native: Protocol,
  closing: (afterMs: number) => { cancel(): void },
): { look(): void; cancel(): void } {
  let alarm: { cancel(): void } | undefined;
  let isTrailing = false;
  const set = (afterMs: number): void => {
    alarm?.cancel();
    alarm = closing(afterMs);
  };
  return {
    look() {
      if (isTrailing) return;
      if (peek.complete) {
        isTrailing = true;
        set(trailingMs);
      } else if (peek.stopped) set(native === 'gemini' ? geminiEndingMs : endingMs);
      // More was said after a reason to stop: it was none.
      else alarm?.cancel();
    },
    cancel: () => alarm?.cancel(),
  };
}

function takeEvents(reading: Reading, events: readonly StreamEvent[]): Failure | undefined {
  const { order, answer, peek, clocks } = reading;
  if (peek.complete) return undefined;
  const saidBefore = peek.said;
  const verdict = peek.see(events);
  for (const event of events) order.harvest.see(event);
  if (verdict.is === 'failed') {
    return order.receiver.committed ? { ...verdict.failure, reach: 'committed' } : verdict.failure;
  }
  if (!saidBefore && (verdict.is === 'content' || verdict.is === 'complete')) {
    if (!order.claim()) return { kind: 'cut', reach: 'streaming', detail: 'another attempt was quicker' };
    order.receiver.ready(() => order.headers(answer));
    clocks.contentCame(order.receiver.committed);
    if (peek.said) order.firstContent(() => peek.usage);
  }
  return undefined;
}

async function finish(
  order: AttemptOrder,
  answer: UpstreamAnswer,
  told: Pick<AttemptEnd, 'usage' | 'stopReason'>,
): Promise<AttemptEnd> {
  const sent = order.receiver.finish(() => order.headers(answer));
  const sessionKey = order.harvest.keep();
  if (sent) await sent;
  return { result: 'complete', ...told, ...(sessionKey === undefined ? {} : { sessionKey }) };
}

function overLimit(receiver: Receiver, collectedBytes: number): Failure | undefined {
  if (receiver.heldBytes > heldBytesMax) {
    const reach = receiver.committed ? 'committed' : 'streaming';
    return { kind: 'limit', reach, detail: `${heldBytesMax} bytes came without anything to show` };
  }
  if (receiver.isCollecting && collectedBytes > collectedBytesMax) {
    return { kind: 'limit', reach: 'streaming', detail: `the answer is larger than ${collectedBytesMax} bytes` };
  }
  return undefined;
}

function failureOf(error: unknown, rung: Ring | 'trailing' | undefined, peek: Peek, order: AttemptOrder): Failure {
  const reach = order.receiver.committed ? 'committed' : 'streaming';
  const { firstByteMs, firstContentMs, idleMs } = order.limits;
  if (rung === 'headers') {
    return { kind: 'silent', reach: 'unanswered', waitedFor: 'headers', detail: `no answer within ${firstByteMs} ms` };
  }
  if (rung === 'content' || (rung === 'deadline' && !peek.said)) {
    const detail = rung === 'content' ? `no content within ${firstContentMs} ms` : 'no content before the deadline';
    return { kind: 'silent', reach: 'streaming', waitedFor: 'content', detail };
  }
  if (rung === 'deadline') return { kind: 'silent', reach, detail: 'the deadline passed' };
  if (rung === 'idle') return { kind: 'stalled', reach, detail: `no byte for ${idleMs} ms after content` };
  if (error instanceof Refusal) return error.failure;
  if (error instanceof FrameLimitError) return { kind: 'limit', reach, detail: error.message };
  if (error instanceof FoldError) return { kind: 'malformed-answer', reach, detail: error.message };
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === 'string')
    return { kind: peek.said ? 'cut' : 'ended', reach, detail: `the connection broke (${code})` };
  throw error;
}
