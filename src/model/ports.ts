/** The doors between rooms. A room implements some and is handed the others; nobody reaches around them. */

import type { AccountConfig, Provider } from './config.ts';
import type { StreamEvent } from './events.ts';
import type { CooldownOrder, Failure, FailureKind } from './failure.ts';
import type { Fact } from './journal.ts';
import type { ClientRequest, Framing, Operation, PlainAnswer, Problem, Protocol } from './request.ts';
import type { Frame, JsonEdit, Machine } from './wire.ts';

/** The only sources of surprise. The real one reads clocks; the lab's virtual one is driven by a seed. */
export interface World {
  /** Wall clock, milliseconds since the epoch. For people and for cooldowns. */
  now(): number;
  /** Monotonic clock, milliseconds. For durations. */
  elapsed(): number;
  /** Rings once after `ms`, unless cancelled. */
  alarm(ms: number, ring: () => void): Alarm;
  /** Resolves after `ms`, or at once when `signal` aborts (it does not reject). */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** 0 ≤ x < 1. */
  random(): number;
  /** A new unique id: 26 characters, sortable by time. */
  id(): string;
}
export interface Alarm {
  cancel(): void;
}

// ---------------------------------------------------------------- upstream

export interface TransportRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Whether the destination may be a loopback or private address. */
  readonly allowPrivate: boolean;
}
export interface TransportResponse {
  readonly status: number;
  /** Lower-case names; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** One pass only. `return()` (leaving a `for await`) destroys the socket when the body has not ended. */
  readonly body: AsyncIterable<Uint8Array>;
}
/** Sends one HTTP request. Rejects with any error when there is no response; aborts at once with `signal`. */
export interface Transport {
  request(request: TransportRequest, signal: AbortSignal): Promise<TransportResponse>;
}

/** What one attempt asks of an upstream. */
export interface UpstreamAttempt {
  readonly account: AccountConfig;
  /** The upstream model really asked. */
  readonly model: string;
  readonly request: ClientRequest;
  /** Changes to the client's body for this attempt only (restored or degraded signatures, a repair). */
  readonly edits: readonly JsonEdit[];
  /** Told the body that is sent instead of the client's, where the upstream speaks another dialect. */
  readonly translated?: (body: Uint8Array) => void;
}
export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The provider's id of the request. */
  readonly requestId?: string;
  readonly body: AsyncIterable<Uint8Array>;
}
export interface UpstreamAdapter {
  readonly provider: Provider;
  /** Whether this adapter can serve a request of this dialect for this model (`vertex`: Claude models speak `anthropic`, others `gemini`). */
  serves(protocol: Protocol, operation: Operation, model: string): boolean;
  /** The dialect in which this adapter asks for this model. Another one than the request's means that request and answer are translated. */
  native(protocol: Protocol, model: string): Protocol;
  /**
   * Sends the attempt (generation always as a stream) and resolves with a 2xx answer whose body has not been read.
   * Rejects only with a `Refusal`; it then has drained or closed the body.
   */
  open(attempt: UpstreamAttempt, signal: AbortSignal): Promise<UpstreamAnswer>;
  framer(native: Protocol): Machine<Uint8Array, Frame>;
  readEvents(native: Protocol): Machine<Frame, StreamEvent>;
  /** Reads an error object found inside a 200 stream. */
  classifyInBand(native: Protocol, body: string): Failure;
}

// ---------------------------------------------------------------- client dialects

/** Where an answer goes. The server implements it over a socket, the simulation over a list. */
export interface ClientSink {
  /** Aborts when the client has left. */
  readonly gone: AbortSignal;
  readonly opened: boolean;
  open(status: number, headers: Readonly<Record<string, string>>): void;
  /** Resolves when more may be written; at once for a fast client, and when the client leaves. */
  write(bytes: Uint8Array): Promise<void> | undefined;
  end(): void;
  /** Opens, writes and ends in one. Only before `open`. */
  answer(answer: PlainAnswer): void;
  /** The gateway ends this exchange: `gone` aborts, as if the client had left. */
  abandon(): void;
}

/** Writes one streamed answer in the caller's dialect. Stateful: one per exchange. */
export interface AnswerWriter {
  readonly headers: Readonly<Record<string, string>>;
  /** The dialect's legal start, for a stream that is opened before the upstream has spoken; the upstream's own start is then merged. Empty where the dialect needs none. */
  start(model: string): Uint8Array;
  /** Appends the bytes of these whole frames. */
  frames(frames: readonly Frame[], out: Uint8Array[]): void;
  /** The end of a complete answer. */
  end(out: Uint8Array[]): void;
  keepalive(): Uint8Array;
  /** The dialect's error event and whatever closes the stream without saying success. */
  failure(problem: Problem): Uint8Array;
}

/** Collects a streamed answer into the JSON document that the API itself would have returned. */
export interface AnswerFold {
  push(frame: Frame): void;
  /** Throws `FoldError` when the frames do not make a document (tool arguments that are no JSON). */
  document(): string;
}

/** What a writer for a foreign upstream's events must know. */
export interface ForeignOptions {
  readonly answerId: string;
  /** The upstream model really asked: the answer's own `model`. */
  readonly model: string;
  /** Seconds since the epoch, for dialects that state a creation time. */
  readonly createdSeconds: number;
  /** The client's request: some dialects echo parts of it. */
  readonly request: ClientRequest;
  /** The model whose signatures are being told, when another than `model` has taken the answer over. Asked anew for each. */
  readonly signer?: () => string;
}

/** As `AnswerWriter`, from events instead of frames: the upstream speaks another dialect. */
export interface ForeignWriter {
  readonly headers: Readonly<Record<string, string>>;
  start(): Uint8Array;
  events(events: readonly StreamEvent[], out: Uint8Array[]): void;
  end(out: Uint8Array[]): void;
  keepalive(): Uint8Array;
  failure(problem: Problem): Uint8Array;
}

/** As `AnswerFold`, from events. */
export interface ForeignFold {
  see(event: StreamEvent): void;
  document(): string;
}

export interface ClientDialect {
  readonly protocol: Protocol;
  /** `request`: what the gateway added to the request on its own account (token counts) is left out of the answer again. */
  writer(framing: Framing, answerId: string, request?: ClientRequest): AnswerWriter;
  fold(): AnswerFold;
  /** For an upstream that speaks another dialect. */
  foreignWriter?(framing: Framing, options: ForeignOptions): ForeignWriter;
  foreignFold?(options: ForeignOptions): ForeignFold;
  /**
   * A writer that goes on where a stream of the upstream's own frames broke off. `frames` are those that were written, in order; the events it is
   * given have the block indexes that this dialect's own reader would have counted on with. What it writes makes one legal stream with what was written.
   */
  resumedWriter?(framing: Framing, options: ForeignOptions, frames: readonly Frame[]): ForeignWriter;
  /** The document that tells a count of tokens; absent where the dialect has none. */
  countDocument?(tokens: number): string;
  /** Content type of a collected answer is always JSON; this is the error document with its status and headers. */
  problem(problem: Problem, requestId: string): PlainAnswer;
}

/** Hears what an answer says and is told when it was complete; one per attempt. */
export interface AnswerListener {
  see(event: StreamEvent): void;
  keep(): void;
}

// ---------------------------------------------------------------- accounts

export interface LeaseWish {
  readonly protocol: Protocol;
  readonly operation: Operation;
  readonly model: string;
  /** Accounts that failed in this request: taken only when nothing else is left and `mayRepeat` allows it. */
  readonly failed: ReadonlySet<string>;
  /** Exactly this account, if it can be had (retry on the same account). */
  readonly only?: string;
  /** Providers to avoid while another can serve (a provider's own condition). */
  readonly avoidProvider?: Provider;
  readonly sessionKey?: string;
}
export interface Lease {
  readonly account: AccountConfig;
  readonly adapter: UpstreamAdapter;
  /** Gives the account back. Called exactly once, in `finally`. */
  settle(result: LeaseResult): void;
}
export type LeaseResult =
  | { readonly result: 'ok'; readonly sessionKey?: string; readonly firstContentMs?: number }
  | { readonly result: 'failed'; readonly kind?: FailureKind; readonly cooldown?: CooldownOrder }
  | { readonly result: 'abandoned' };
/** Why there is no lease: `none` = no account serves this model at all; `resting` = all rest, the first returns in `inMs`; `exhausted` = all others failed in this request. */
export type NoLease = {
  readonly none: 'none' | 'resting' | 'exhausted';
  readonly inMs?: number;
  readonly reason?: string;
};
export interface AccountPool {
  lease(wish: LeaseWish): Lease | NoLease;
  /** Whether a lease other than the failed ones could be had now, without taking it. `otherProvider`: only accounts of another provider count. */
  another(wish: LeaseWish, otherProvider?: Provider): boolean;
  /**
   * Whether there is little hope for this model now: every account that serves it has an open circuit that nobody is to probe, or was told to
   * rest, or there is none. Takes nothing and forbids nothing: `lease` still lends the last candidate.
   */
  isModelOpen(protocol: Protocol, operation: Operation, model: string): boolean;
}

/** Keeps an outage from multiplying: retries are a share of the live requests for a model, plus a floor. */
export interface RetryBudget {
  /** A request asks this model for the first time. */
  asked(model: string): void;
  /** This model has answered a request whole. */
  answered(model: string): void;
  /** Takes one retry from the budget; false when it is used up. */
  take(model: string): boolean;
}

/** When a second attempt is worth its price: after the time in which nineteen of twenty answers of the model have begun, and for few requests only. */
export interface HedgeGuide {
  /** A request for this model begins. */
  asked(model: string): void;
  /** An attempt at this model said something, or was given up on, after so long. */
  saw(model: string, firstContentMs: number): void;
  /** Undefined while too little is known. */
  delayMs(model: string): number | undefined;
  /** Takes one second attempt from the share; false when it is used up. */
  take(model: string): boolean;
}

// ---------------------------------------------------------------- signatures

export interface SignatureTarget {
  readonly model: string;
  readonly accountEmail: string;
}
export interface RestorePlan {
  readonly edits: readonly JsonEdit[];
  readonly restored: number;
  /** Blocks sent without a signature because it was refused before or belongs to a family the target would refuse. */
  readonly degraded: number;
}
export interface SignatureHarvest {
  see(event: StreamEvent): void;
  /** The answer was complete: what was seen is kept. Returns the session key of later turns. */
  keep(): string | undefined;
}
/** The signatures of one conversation, as one request sees them. */
export interface SignatureSession {
  /** Absent on the first turn of a conversation that the client did not name. */
  readonly key?: string;
  restore(target: SignatureTarget): RestorePlan;
  harvest(target: SignatureTarget): SignatureHarvest;
  /** The signatures in this request's history were refused, and the request without them was accepted. */
  refuse(): void;
}
export interface SignatureKeeper {
  /** `caller` separates the conversations of different client keys; empty when authentication is off. */
  session(request: ClientRequest, caller: string): SignatureSession;
}

// ---------------------------------------------------------------- journal and state

/** Append-only; never awaited, never throws. */
export interface RequestJournal {
  note(fact: Fact): void;
}

/** A small durable map with expiry: signatures, cooldowns, bindings. Reads are from memory; writes go behind. */
export interface StateStore {
  /** All entries of a table that have not expired, least recently used first. */
  load(table: StateTable): readonly StateEntry[];
  put(table: StateTable, entry: StateEntry): void;
  drop(table: StateTable, key: string): void;
}
/** A store that can also be asked for one entry. */
export interface KeyedStateStore extends StateStore {
  /** Undefined when there is none, or it has expired. */
  get(table: StateTable, key: string): StateEntry | undefined;
}
export type StateTable = 'signatures' | 'cooldowns' | 'bindings' | 'responses';
export interface StateEntry {
  readonly key: string;
  /** JSON text. */
  readonly value: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}
