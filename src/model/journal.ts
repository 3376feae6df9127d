/** The facts of an exchange, in the order they happen. Journal, log, Monitor and metrics are readers of these. */

import type { Provider } from './config.ts';
import type { Usage } from './events.ts';
import type { BackoffKind, FailureKind, Reach, RetryDecision } from './failure.ts';
import type { Protocol } from './request.ts';
import type { JsonEdit } from './wire.ts';

export type Outcome = 'ok' | 'healed' | 'failed' | 'cancelled';
export type Flag = 'zero_token' | 'retried' | 'rotated' | 'repaired' | 'resumed' | 'fallback' | 'interrupted';

/**
 * When the pieces of a body came or went: all bytes up to `ends[i]` had by `ms[i]`, in whole milliseconds after the start of the exchange. Offsets count everything, also
 * what was not kept.
 */
export interface Marks {
  readonly ends: Float64Array;
  readonly ms: Float64Array;
}

/** Changes to the client's request, as they were made: references, never copies. */
export interface RequestEdits {
  /** Signatures put back, or taken out where the target would refuse them; the repair, where the attempt is `repaired`. */
  readonly history: readonly JsonEdit[];
  /** What was added so that the upstream goes on. */
  readonly resume: readonly JsonEdit[];
}

/** What was sent, and what came, of one attempt: head and tail, where it was longer than the limit. */
export interface RawBody {
  readonly bytes: Uint8Array;
  readonly marks: Marks;
}

/** `ms` is relative to the start of the exchange. */
export type Fact =
  | {
      readonly fact: 'exchange-started';
      readonly id: string;
      /** Milliseconds since the epoch. */
      readonly time: number;
      readonly protocol: Protocol;
      readonly method: string;
      /** Without the query. */
      readonly path: string;
      readonly model: string;
      readonly stream: boolean;
      /** Credentials already redacted. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Uint8Array;
      /** The same, parsed. */
      readonly json?: Readonly<Record<string, unknown>>;
      /** Names the conversation, where its name is known already. Never shown as it is. */
      readonly sessionKey?: string;
    }
  | {
      readonly fact: 'attempt-started';
      readonly id: string;
      readonly n: number;
      readonly ms: number;
      readonly account: string;
      readonly provider: Provider;
      readonly mappedModel: string;
      readonly restored: number;
      readonly degraded: number;
      readonly repaired: boolean;
      /** Begun beside an attempt that was slow to say something. */
      readonly hedge?: true;
      /** Asked to go on from what the client has been shown. `note` is the sentence that was added, where one was. */
      readonly resume?: { readonly way: 'prefill' | 'ask'; readonly shownCharacters: number; readonly note?: string };
      /** Absent: the client's request as it was. */
      readonly edits?: RequestEdits;
    }
  /** A model of the route is not asked: its circuit is open. */
  | { readonly fact: 'passed-over'; readonly id: string; readonly ms: number; readonly model: string }
  /** The first of an attempt's words has been joined to what the client had. */
  | {
      readonly fact: 'resumed';
      readonly id: string;
      readonly n: number;
      readonly ms: number;
      readonly account: string;
      readonly mappedModel: string;
      readonly shownCharacters: number;
    }
  | {
      readonly fact: 'attempt-answered';
      readonly id: string;
      readonly n: number;
      readonly ms: number;
      readonly status: number;
      readonly upstreamRequestId?: string;
    }
  | {
      readonly fact: 'first-content';
      readonly id: string;
      readonly n: number;
      readonly ms: number;
      /** What the upstream has stated so far, at the moment of asking. */
      readonly usage?: () => Usage;
    }
  | {
      readonly fact: 'attempt-ended';
      readonly id: string;
      readonly n: number;
      readonly ms: number;
      readonly result: 'ok' | 'failed' | 'cancelled';
      readonly status?: number;
      readonly upstreamRequestId?: string;
      readonly failure?: {
        readonly kind: FailureKind;
        readonly reach: Reach;
        readonly detail: string;
        readonly waitedFor?: 'headers' | 'content';
      };
      readonly decision?: RetryDecision;
      readonly usage: Usage;
      /** The body that was sent to an upstream of another dialect, where bodies are kept: head and tail, where it was longer than their limit. */
      readonly translated?: Uint8Array;
      /** What the upstream sent, where a person had asked for it. */
      readonly raw?: RawBody;
    }
  /** A wait between attempts begins. */
  | {
      readonly fact: 'waiting';
      readonly id: string;
      readonly ms: number;
      readonly forMs: number;
      readonly backoff: BackoffKind;
      readonly why: string;
    }
  | { readonly fact: 'opened-early'; readonly id: string; readonly ms: number }
  /** Every account rests; the request waits for the first to return. */
  | { readonly fact: 'queued'; readonly id: string; readonly ms: number; readonly forMs: number; readonly why: string }
  | {
      readonly fact: 'exchange-ended';
      readonly id: string;
      readonly ms: number;
      readonly outcome: Outcome;
      /** The status the caller saw; 499 when it left before one was sent. */
      readonly status: number;
      readonly flags: readonly Flag[];
      readonly attempts: number;
      readonly account: string;
      readonly mappedModel: string;
      readonly usage: Usage;
      readonly stopReason?: string;
      readonly error?: string;
      readonly responseHeaders: Readonly<Record<string, string>>;
      /** Head and tail of what the client was sent, within the configured limit. */
      readonly responseBody: Uint8Array;
      readonly responseBytes: number;
      /** Of the writes to the client; absent where no body is kept. */
      readonly responseMarks?: Marks;
      /** The name that later requests of the conversation will have. */
      readonly sessionKey?: string;
    };
