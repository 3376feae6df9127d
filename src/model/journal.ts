/** The facts of an exchange, in the order they happen. Journal, log, Monitor and metrics are readers of these. */

import type { Provider } from './config.ts';
import type { Usage } from './events.ts';
import type { BackoffKind, FailureKind, Reach, RetryDecision } from './failure.ts';
import type { Protocol } from './request.ts';

export type Outcome = 'ok' | 'healed' | 'failed' | 'cancelled';
export type Flag = 'zero_token' | 'retried' | 'rotated' | 'repaired' | 'resumed' | 'fallback' | 'interrupted';

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
  | { readonly fact: 'first-content'; readonly id: string; readonly n: number; readonly ms: number }
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
    };
