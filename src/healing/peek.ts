/**
 * The peek: watches what an upstream says, event by event, and tells when it has really said something. It looks at decoded upstream events,
 * never at bytes and never at what we would send: a start, a ping, usage, an empty part or a lone stop reason is not content.
 * Pure and synchronous; the clocks that bound it live in `attempt.ts`.
 */

import type { StopKind, StreamEvent, Usage } from '../model/events.ts';
import type { Failure } from '../model/failure.ts';
import { answers, carriesContent } from './content.ts';

/** What one frame's events mean: keep holding · content has come · the upstream's own terminal sign has come, as a whole answer · a failed attempt. */
export type Verdict =
  | { readonly is: 'held' }
  | { readonly is: 'content' }
  | { readonly is: 'complete' }
  | { readonly is: 'failed'; readonly failure: Failure };

export interface Peek {
  /** The events of one frame, or of the end of the body. */
  see(events: readonly StreamEvent[]): Verdict;
  readonly said: boolean;
  readonly complete: boolean;
  /** The upstream has said why it stopped, and what it said is an answer: nothing but the terminal sign is missing. */
  readonly stopped: boolean;
  readonly usage: Usage;
  readonly stopReason: string | undefined;
}

/** Reads an error object of the stream into a failure; the adapter's. */
export type ReadFailure = (body: string) => Failure;

const held: Verdict = { is: 'held' };
const content: Verdict = { is: 'content' };
const complete: Verdict = { is: 'complete' };

export interface PeekOptions {
  /** The client speaks another dialect, which has no word for a broken call or for an answer that begins anew: they are then a failure at any time. */
  readonly isRetold?: boolean;
  /** Gemini may state a reason to stop and go on: an error after it is no end. */
  readonly speaksAfterStop?: boolean;
}

export function createPeek(readFailure: ReadFailure, options: PeekOptions = {}): Peek {
  return new PeekedAnswer(readFailure, options);
}

class PeekedAnswer implements Peek {
  said = false;
  complete = false;
  readonly usage: Usage = {};
  stopReason: string | undefined;
  readonly #readFailure: ReadFailure;
  readonly #isRetold: boolean;
  readonly #speaksAfterStop: boolean;
  /** Something was said to the caller itself: thinking alone is no answer. */
  #isAnswered = false;
  #stop: StopKind | undefined;
  /** More was said after a reason to stop: some models state one in every piece, so that the last is no proof of the end. */
  #hasGoneOn = false;

  constructor(readFailure: ReadFailure, { isRetold = false, speaksAfterStop = false }: PeekOptions) {
    this.#readFailure = readFailure;
    this.#isRetold = isRetold;
    this.#speaksAfterStop = speaksAfterStop;
  }

  get stopped(): boolean {
    return this.#stop !== undefined && !this.#hasGoneOn && !this.#isEmpty;
  }

  see(events: readonly StreamEvent[]): Verdict {
    let spoke = this.said;
    for (const event of events) {
      const failure = this.#judge(event, spoke);
      if (failure) return { is: 'failed', failure };
      if (!carriesContent(event)) continue;
      spoke = true;
      this.#hasGoneOn ||= this.#stop !== undefined;
      this.#isAnswered ||= answers(event);
    }
    this.said = spoke;
    if (this.complete) return complete;
    return spoke ? content : held;
  }

  get #isOver(): boolean {
    return this.stopped && !this.#speaksAfterStop;
  }

  get #isEmpty(): boolean {
    return !this.#isAnswered && (this.#stop === undefined || promisesContent(this.#stop));
  }

  /** Takes in what is no content. Returns why the attempt has failed, if so. */
  #judge(event: StreamEvent, spoke: boolean): Failure | undefined {
    switch (event.type) {
      // After the reason to stop nothing is missing but the terminal sign, whatever stands in its place.
      case 'failure':
        return this.#isOver ? this.#end(spoke) : this.#readFailure(event.body);
      case 'garbage':
        return this.#isOver ? this.#end(spoke) : failed('garbage', event.detail);
      case 'cut':
        return this.#stop === undefined || this.#hasGoneOn
          ? failed(spoke ? 'cut' : 'ended', event.detail)
          : this.#end(spoke);
      case 'message-start':
        return this.#isRetold && spoke
          ? failed('malformed-answer', 'the upstream began another answer inside this one')
          : undefined;
      case 'usage':
        mergeUsage(this.usage, event.usage);
        return undefined;
      case 'message-end':
        this.#stop = event.stop;
        this.stopReason = event.reason;
        // The same frame may carry the broken call itself: it must not count as content.
        return event.stop === 'malformed' && (this.#isRetold || !this.said)
          ? failed('malformed-answer', `the upstream finished with ${event.reason}`)
          : undefined;
      case 'message-complete':
        return this.#end(spoke);
      default:
        return undefined;
    }
  }

  #end(spoke: boolean): Failure | undefined {
    if (this.#isEmpty) {
      const what = spoke ? 'nothing but thoughts' : 'no content';
      return failed('empty', `the upstream finished with ${this.stopReason ?? 'no reason'} and ${what}`);
    }
    this.complete = true;
    return undefined;
  }
}

function failed(kind: Failure['kind'], detail: string): Failure {
  return { kind, reach: 'streaming', detail };
}

/** A stop for these reasons means the model claims to have answered; without content that is a failed attempt, not an answer. */
function promisesContent(stop: StopKind): boolean {
  return stop === 'natural' || stop === 'tool' || stop === 'malformed';
}

function mergeUsage(into: Usage, from: Usage): void {
  for (const key of ['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens', 'thoughtTokens'] as const) {
    const value = from[key];
    if (value !== undefined) into[key] = value;
  }
}
