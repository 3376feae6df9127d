/**
 * Where one attempt's answer goes. A streaming client gets it from the first content on: frames as they are when the upstream speaks the client's
 * dialect, else events retold in it, and, when an earlier attempt has been shown, events joined to that. What the hold gate keeps back and what the
 * grammar forbids does not leave. A waiting client gets one document at the end. What a failed attempt said and did not show goes with its receiver.
 */

import type { StreamEvent } from '../model/events.ts';
import type { Failure } from '../model/failure.ts';
import type { AnswerFold, AnswerWriter, ForeignFold, ForeignWriter } from '../model/ports.ts';
import type { Problem } from '../model/request.ts';
import type { Frame, Machine } from '../model/wire.ts';
import type { ClientStream, Outlet } from './client-stream.ts';
import type { Grammar } from './grammar.ts';
import { createHoldGate, type HoldGate } from './hold.ts';
import type { Joiner } from './join.ts';
import type { Ledger } from './ledger.ts';

export interface Receiver {
  /** Bytes held back by this attempt so far. */
  readonly heldBytes: number;
  /** Content of this attempt has reached the client. */
  readonly committed: boolean;
  /** The client waits for one document. */
  readonly isCollecting: boolean;
  /**
   * A frame of the upstream and what it says. `events` is used again by the caller; no frame = the end of the body. Returns why the attempt cannot be
   * shown, if so.
   */
  take(frame: Frame | undefined, events: readonly StreamEvent[]): Failure | undefined;
  /** The attempt has said something: a streaming client may see it. `headers` are written when the stream was not open yet. */
  ready(headers: () => Readonly<Record<string, string>>): void;
  /** Sends what may be shown of what was taken since the last flush, as one write. */
  flush(): Promise<void> | undefined;
  /** The answer is whole. Throws `FoldError` when it makes no document. */
  finish(headers: () => Readonly<Record<string, string>>): Promise<void> | undefined;
}

/** What every receiver of a streaming client needs. */
export interface Stage {
  readonly stream: ClientStream;
  readonly ledger: Ledger;
  readonly gate: HoldGate;
  readonly grammar: Grammar;
}

/** Holds things of one kind until they may be shown, then writes them and remembers that they were. */
interface Pen<Thing> {
  /** Before the first thing is written. */
  prepare?(): void;
  /** The first bytes go out. */
  begin?(): void;
  write(things: readonly Thing[], out: Uint8Array[]): void;
  end(out: Uint8Array[]): void;
  shown(things: readonly Thing[]): void;
  /** Whether what was written without a byte may come out later, whatever is told then. */
  keeps?(things: readonly Thing[]): boolean;
}

/** What a frame comes to: the events to be judged, or why there are none. */
type Picked = { readonly events: readonly StreamEvent[] } | { readonly failure: Failure };

export function createFrameReceiver(
  stage: Stage,
  writer: AnswerWriter,
  reader: () => Machine<Frame, StreamEvent>,
): Receiver {
  const pen: Pen<Frame> = {
    write: (frames, out) => writer.frames(frames, out),
    end: (out) => writer.end(out),
    shown: (frames) => stage.ledger.frames(frames, reader),
  };
  return new HoldingReceiver(stage, writer, pen, (frame, events, hold) => {
    if (frame) hold(frame);
    return { events };
  });
}

export function createEventReceiver(stage: Stage, writer: ForeignWriter): Receiver {
  // A stream that was opened early has its start already; the writer must only know that it has been made.
  const prepare = (): void => void (stage.stream.openedEarly && writer.start());
  return new HoldingReceiver(stage, writer, { ...eventPen(stage, writer), prepare }, (_frame, events, hold) => {
    for (const event of events) hold(event);
    return { events };
  });
}

/** `voice` writes on after what was shown. `told` hears the joined answer, `resumed` that the first of it went out. */
export function createResumedReceiver(
  stage: Stage,
  voice: ForeignWriter,
  joiner: Joiner,
  { told, resumed }: { readonly told: (event: StreamEvent) => void; readonly resumed: () => void },
): Receiver {
  const pen = { ...eventPen(stage, voice), begin: resumed };
  return new HoldingReceiver(stage, voice, pen, (_frame, events, hold) => {
    const joined: StreamEvent[] = [];
    const wrong = joiner.see(events, joined);
    if (wrong !== undefined) return { failure: { kind: 'contradiction', reach: 'streaming', detail: wrong } };
    for (const event of joined) {
      hold(event);
      told(event);
    }
    return { events: joined };
  });
}

function eventPen({ ledger }: Stage, writer: ForeignWriter): Pen<StreamEvent> {
  return {
    write: (events, out) => writer.events(events, out),
    end: (out) => writer.end(out),
    shown: (events) => ledger.events(events),
    // Who goes on with the answer writes through the same writer: a call in it would come out beside the one that is made anew.
    keeps: (events) => !ledger.isEmpty && events.some(isCall),
  };
}

function isCall(event: StreamEvent): boolean {
  return event.type === 'block-start' && event.kind === 'tool-call';
}

type Voice = { keepalive(): Uint8Array; failure(problem: Problem): Uint8Array };
type Headers = () => Readonly<Record<string, string>>;
type PickThings<Thing> = (
  frame: Frame | undefined,
  events: readonly StreamEvent[],
  hold: (thing: Thing) => void,
) => Picked;

class HoldingReceiver<Thing> implements Receiver {
  heldBytes = 0;
  committed = false;
  readonly isCollecting = false;
  readonly #stage: Stage;
  readonly #voice: Voice;
  readonly #pen: Pen<Thing>;
  readonly #pick: PickThings<Thing>;
  #held: Thing[] = [];
  /** So many of the held things may be shown. */
  #releasable = 0;
  /** Written, and without a byte so far: what the client's dialect has no word for was not shown. */
  #silent: Thing[] = [];
  #isPrepared = false;
  #headers: Headers | undefined;
  #isComplete = false;

  constructor(stage: Stage, voice: Voice, pen: Pen<Thing>, pick: PickThings<Thing>) {
    this.#stage = stage;
    this.#voice = voice;
    this.#pen = pen;
    this.#pick = pick;
  }

  take(frame: Frame | undefined, events: readonly StreamEvent[]): Failure | undefined {
    // A second end would be one too many, and nothing else can follow the first.
    if (this.#isComplete) return undefined;
    this.#isComplete = events.some(({ type }) => type === 'message-complete');
    const picked = this.#pick(frame, events, (thing) => void this.#held.push(thing));
    if ('failure' in picked) return picked.failure;
    for (const event of picked.events) {
      const wrong = this.#stage.grammar.see(event);
      if (wrong === undefined) continue;
      return { kind: 'malformed-answer', reach: 'streaming', detail: `an event out of its place: ${wrong}` };
    }
    this.heldBytes += frame?.raw.length ?? 0;
    const { gate } = this.#stage;
    const mayShow = gate.see(picked.events);
    if (gate.brokenCall !== undefined) return brokenCall(gate.brokenCall);
    if (mayShow && this.#headers !== undefined) this.#releasable = this.#held.length;
    return undefined;
  }

  ready(headers: Headers): void {
    this.#headers ??= headers;
  }

  flush(): Promise<void> | undefined {
    if (this.#releasable === 0 || this.#headers === undefined) return undefined;
    const things = this.#held.slice(0, this.#releasable);
    this.#held = this.#held.slice(this.#releasable);
    this.#releasable = 0;
    if (this.#held.length === 0) this.heldBytes = 0;
    return this.#stage.stream.send(this.#written(things, this.#headers));
  }

  finish(headers: Headers): Promise<void> | undefined {
    const out = this.#written(this.#held, headers);
    this.#held = [];
    this.#releasable = 0;
    this.heldBytes = 0;
    this.#pen.end(out);
    this.#commit(headers);
    return this.#stage.stream.finish(out);
  }

  #written(things: readonly Thing[], headers: Headers): Uint8Array[] {
    if (!this.#isPrepared) this.#pen.prepare?.();
    this.#isPrepared = true;
    const out: Uint8Array[] = [];
    this.#pen.write(things, out);
    for (const thing of things) this.#silent.push(thing);
    if (out.length > 0) this.#commit(headers);
    else if (this.#pen.keeps?.(things)) this.#note();
    return out;
  }

  #commit(headers: Headers): void {
    this.#stage.stream.begin(headers, this.#voice);
    if (!this.committed) this.#pen.begin?.();
    this.committed = true;
    this.#note();
  }

  #note(): void {
    this.#pen.shown(this.#silent);
    this.#silent = [];
  }
}

function brokenCall(name: string): Failure {
  const detail = `the arguments of the tool call ${name} never became whole`;
  return { kind: 'malformed-answer', reach: 'streaming', detail };
}

/** Collects frames into the document the API itself would have sent. */
export function createFoldReceiver(outlet: Outlet, fold: AnswerFold): Receiver {
  return collecting(outlet, fold, (frame) => {
    if (frame) fold.push(frame);
  });
}

/** Collects events of a foreign upstream into a document of the client's dialect. */
export function createForeignFoldReceiver(outlet: Outlet, fold: ForeignFold): Receiver {
  return collecting(outlet, fold, (_frame, events) => {
    for (const event of events) fold.see(event);
  });
}

function collecting(
  { sink, sent }: Outlet,
  fold: { document(): string },
  collect: (frame: Frame | undefined, events: readonly StreamEvent[]) => void,
): Receiver {
  // Not every dialect’s document shows that the arguments of a call in it are no JSON.
  const gate = createHoldGate('balanced');
  return {
    heldBytes: 0,
    committed: false,
    isCollecting: true,
    take(frame, events) {
      gate.see(events);
      if (gate.brokenCall !== undefined) return brokenCall(gate.brokenCall);
      collect(frame, events);
      return undefined;
    },
    ready: () => undefined,
    flush: () => undefined,
    finish(headers) {
      const body = Buffer.from(fold.document());
      sent(body);
      sink.answer({ status: 200, headers: headers(), body });
      return undefined;
    },
  };
}
