/** An exchange while it is walked: what it was given, what it has told the client, and the facts that follow. The only writer of a client's error. */

import type { HealingConfig } from '../model/config.ts';
import type { RetryDecision } from '../model/failure.ts';
import type { Fact, Flag, Outcome } from '../model/journal.ts';
import type {
  AccountPool,
  AnswerListener,
  AnswerWriter,
  ClientDialect,
  ClientSink,
  ForeignOptions,
  ForeignWriter,
  HedgeGuide,
  RequestJournal,
  RetryBudget,
  SignatureKeeper,
  SignatureSession,
  World,
} from '../model/ports.ts';
import type { ClientRequest, Problem } from '../model/request.ts';
import { exchangeHeaders } from './answer.ts';
import type { AttemptEnd } from './attempt.ts';
import type { Capture } from './capture.ts';
import type { ClientStream } from './client-stream.ts';
import { type Course, currentModel } from './course.ts';
import type { KeptBodies } from './kept.ts';
import type { Ledger } from './ledger.ts';

/** One client request on its way through the house. */
export interface Exchange {
  readonly id: string;
  readonly request: ClientRequest;
  /** Upstream models to ask for, in order. */
  readonly models: readonly string[];
  /** Separates conversations of different client keys. Not the key itself. */
  readonly caller: string;
  readonly method: string;
  readonly path: string;
  /** Credentials already redacted; for the journal. */
  readonly headers: Readonly<Record<string, string>>;
  readonly dialect: ClientDialect;
  readonly sink: ClientSink;
  /** Our own count of the request's tokens, for when no upstream can be asked. */
  readonly estimate?: () => number;
  /** Asked once for each attempt at an upstream of another dialect: who else hears its answer. */
  readonly listen?: (options: ForeignOptions) => AnswerListener | undefined;
  /** Aborts when the gateway stops: the exchange ends with an error at once. */
  readonly stop?: AbortSignal;
}

export interface HealDoors {
  readonly world: World;
  readonly pool: AccountPool;
  readonly signatures: SignatureKeeper;
  readonly journal: RequestJournal;
  readonly healing: HealingConfig;
  readonly budget: RetryBudget;
  /** Asked only while `healing.hedge` is on. */
  readonly hedging: HedgeGuide;
  /** Whether this upstream model goes on from a begun answer by itself. */
  readonly prefills: (model: string) => boolean;
  /** How long a request waits for an account to come back from its rest. */
  readonly restWaitMsMax: number;
  /** Bytes of the answer kept for the journal. */
  readonly captureBytesMax: number;
  /** Asked once for each exchange: so many raw bytes of its upstreams are kept; undefined when nobody wants any. */
  readonly rawBytesMax?: () => number | undefined;
  /** Adds to what a failed answer says how its reader finds the diagnosis. The journal keeps the words without it. Absent = nothing is added. */
  readonly explain?: (problem: Problem, id: string) => Problem;
}

export interface Walk {
  readonly exchange: Exchange;
  readonly doors: HealDoors;
  readonly course: Course;
  readonly session: SignatureSession;
  /** Absent for a client that waits for one document. */
  readonly stream: ClientStream | undefined;
  /** The client's dialect, when it streams. */
  readonly writer: AnswerWriter | undefined;
  /** What a streaming client has been shown. */
  readonly ledger: Ledger;
  /** What writes events to the client: from the first that was shown on, always the same. */
  voice: ForeignWriter | undefined;
  readonly startedAt: number;
  /** Since when the deadline counts: the start, or the moment a shown answer broke off. */
  deadlineFrom: number;
  /** What names the conversation, once that is known. */
  sessionKey: string | undefined;
  /** Of raw bytes that may still be kept; undefined when none are. */
  rawBytesLeft: number | undefined;
  responseHeaders: Readonly<Record<string, string>>;
  status: number;
  error: string | undefined;
  readonly sent: (bytes: Uint8Array) => void;
}

/** Tells the client of a problem, in whatever way is still open. */
export function tell(walk: Walk, problem: Problem): void {
  const { exchange, stream } = walk;
  const { sink, dialect } = exchange;
  walk.error = problem.message;
  if (sink.gone.aborted) return;
  const explained = walk.doors.explain?.(problem, exchange.id) ?? problem;
  if (sink.opened) {
    stream?.fail(explained);
    return;
  }
  const answer = dialect.problem(explained, exchange.id);
  walk.sent(answer.body);
  walk.status = answer.status;
  sink.answer({ ...answer, headers: opening(walk, answer.headers) });
}

/** The headers of the answer, remembered for the journal. */
export function opening(walk: Walk, headers: Readonly<Record<string, string>>): Record<string, string> {
  const { exchange, course } = walk;
  const all = { ...headers, ...exchangeHeaders(exchange.id, course, exchange.request.protocol) };
  walk.responseHeaders = all;
  if (walk.status === 0) walk.status = 200;
  return all;
}

export function noteEnd(
  walk: Walk,
  n: number,
  end: AttemptEnd,
  decision: RetryDecision | undefined,
  { translated, raw }: KeptBodies,
): void {
  const failure = end.result === 'failed' ? end.failure : undefined;
  const { kind, reach, detail, waitedFor } = failure ?? {};
  walk.doors.journal.note({
    fact: 'attempt-ended',
    id: walk.exchange.id,
    n,
    ms: since(walk),
    result: end.result === 'complete' ? 'ok' : end.result,
    ...(failure?.status === undefined ? {} : { status: failure.status }),
    ...(failure?.requestId === undefined ? {} : { upstreamRequestId: failure.requestId }),
    ...(kind && reach && detail !== undefined
      ? { failure: { kind, reach, detail, ...(waitedFor ? { waitedFor } : {}) } }
      : {}),
    ...(decision ? { decision } : {}),
    usage: end.usage,
    ...(translated ? { translated } : {}),
    ...(raw ? { raw: { bytes: raw.bytes(), marks: raw.marks() } } : {}),
  });
}

export function startedFact({ exchange, doors, sessionKey }: Walk, stream: boolean): Fact {
  const { id, method, path, headers, request } = exchange;
  return {
    fact: 'exchange-started',
    id,
    time: doors.world.now(),
    protocol: request.protocol,
    method,
    path,
    model: request.model,
    stream,
    headers,
    body: request.body,
    json: request.json,
    ...(sessionKey === undefined ? {} : { sessionKey }),
  };
}

export function endedFact(walk: Walk, outcome: Outcome, capture: Capture): Fact {
  const { course, exchange } = walk;
  const left = outcome === 'cancelled' && walk.status === 0;
  return {
    fact: 'exchange-ended',
    id: exchange.id,
    ms: since(walk),
    outcome,
    status: left ? 499 : walk.status === 0 ? 500 : walk.status,
    flags: [...course.flags] as Flag[],
    attempts: course.attempts,
    account: course.account,
    mappedModel: course.attempts === 0 ? currentModel(course) : course.mappedModel,
    usage: course.usage,
    ...(course.stopReason === undefined ? {} : { stopReason: course.stopReason }),
    ...(walk.error === undefined ? {} : { error: walk.error }),
    responseHeaders: walk.responseHeaders,
    responseBody: capture.bytes(),
    responseBytes: capture.total,
    responseMarks: capture.marks(),
    ...(walk.sessionKey === undefined ? {} : { sessionKey: walk.sessionKey }),
  };
}

export function since(walk: Walk): number {
  return walk.doors.world.elapsed() - walk.startedAt;
}

export function remaining(walk: Walk): number {
  return walk.doors.healing.deadlineMs - (walk.doors.world.elapsed() - walk.deadlineFrom);
}
