/**
 * The peek: watches what an upstream says, event by event, and tells when it has really said something. It looks at decoded upstream events,
 * never at bytes and never at what we would send: a start, a ping, usage, an empty part or a lone stop reason is not content.
 * Pure and synchronous; the clocks that bound it live in `attempt.ts`.
 */

import type { StopKind, StreamEvent, Usage } from '../model/events.ts';
import type { Failure } from '../model/failure.ts';

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
  readonly usage: Usage;
  readonly stopReason: string | undefined;
}

/** Reads an error object of the stream into a failure; the adapter's. */
export type ReadFailure = (body: string) => Failure;

const held: Verdict = { is: 'held' };
const content: Verdict = { is: 'content' };
const complete: Verdict = { is: 'complete' };

/**
 * `isRetold`: the client speaks another dialect, which has no word for a broken call or for an answer that begins anew: they are then a failure at
 * any time.
 */
export function createPeek(readFailure: ReadFailure, isRetold = false): Peek {
  let said = false;
  let done = false;
  let stop: StopKind | undefined;
  let stopReason: string | undefined;
  const usage: Usage = {};

  const failed = (kind: Failure['kind'], detail: string): Verdict => ({
    is: 'failed',
    failure: { kind, reach: 'streaming', detail },
  });

  const see = (events: readonly StreamEvent[]): Verdict => {
    let spoke = said;
    for (const event of events) {
      if (event.type === 'failure') return { is: 'failed', failure: readFailure(event.body) };
      if (event.type === 'garbage') return failed('garbage', event.detail);
      if (event.type === 'cut') return failed(spoke ? 'cut' : 'ended', event.detail);
      if (event.type === 'message-start' && isRetold && spoke)
        return failed('malformed-answer', 'the upstream began another answer inside this one');
      if (event.type === 'usage') mergeUsage(usage, event.usage);
      else if (event.type === 'message-end') {
        stop = event.stop;
        stopReason = event.reason;
        // The same frame may carry the broken call itself: it must not count as content.
        if (stop === 'malformed' && (isRetold || !said))
          return failed('malformed-answer', `the upstream finished with ${stopReason}`);
      } else if (event.type === 'message-complete') {
        if (!spoke && (stop === undefined || promisesContent(stop))) {
          return failed('empty', `the upstream finished with ${stopReason ?? 'no reason'} and no content`);
        }
        done = true;
      } else if (carriesContent(event)) spoke = true;
    }
    said = spoke;
    if (done) return complete;
    return said ? content : held;
  };

  return {
    see,
    get said() {
      return said;
    },
    get complete() {
      return done;
    },
    usage,
    get stopReason() {
      return stopReason;
    },
  };
}

/** Visible text, thinking, a tool call, an image, or a block of a kind we do not know. */
export function carriesContent(event: StreamEvent): boolean {
  if (event.type === 'block-start') return event.says;
  return event.type === 'block-delta' && event.text !== '';
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
