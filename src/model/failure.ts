/** How an attempt can fail, and what is decided then. Wire numbers and provider sentences never get this far: here there are kinds. */

/** How far an attempt got: nothing sent · sent, no answer · a refusal with a status · a stream without content yet · content has reached the client. */
export type Reach = 'unsent' | 'unanswered' | 'refused' | 'streaming' | 'committed';

export type FailureKind =
  /** 400 about a thinking signature or the order of thinking blocks. */
  | 'signature-refused'
  | 'context-too-long'
  /** 400 or kin that no other attempt can cure. */
  | 'request-refused'
  /** The credential is wrong, expired or revoked. */
  | 'credential-refused'
  /** The credential is known but may not do this: permission, region, disabled service. */
  | 'permission-refused'
  /** Billing: credit used up, spend limit reached. */
  | 'account-exhausted'
  | 'model-unknown'
  /** This account's tier can never serve this model (`limit: 0`). */
  | 'model-unavailable'
  /** Limited; with `retryAfterMs` when the provider named a time. */
  | 'rate-limited'
  /** A daily or longer quota is used up; `retryAfterMs` reaches to its reset. */
  | 'quota-exhausted'
  /** A provider's shared capacity is used up (Vertex, no details): the account is not to blame. */
  | 'capacity-limited'
  | 'server-error'
  | 'overloaded'
  /** No headers, or no content, in time. */
  | 'silent'
  /** Connection refused or reset, TLS, name resolution. */
  | 'unreachable'
  /** The body ended before any content. */
  | 'ended'
  /** The upstream finished properly without saying anything. */
  | 'empty'
  /** An error object inside a 200 before content. */
  | 'stream-error'
  /** Not a stream at all, or a frame that does not parse. */
  | 'garbage'
  /** The upstream itself calls its tool call malformed. */
  | 'malformed-answer'
  /** The body ended or broke after content, without the terminal event. */
  | 'cut'
  /** Silence after content. */
  | 'stalled'
  /** An attempt that was to go on from what the client has been shown says something else. */
  | 'contradiction'
  /** A limit of our own was passed (frame size, answer size). */
  | 'limit';

export interface Failure {
  readonly kind: FailureKind;
  readonly reach: Reach;
  /** HTTP status of the refusal, when there was one. */
  readonly status?: number;
  /** The time the provider named, from now, in milliseconds. */
  readonly retryAfterMs?: number;
  /** One line for people: the provider's message or our own words. Never a secret. */
  readonly detail: string;
  /** The provider's `x-should-retry`, when it was sent. */
  readonly shouldRetry?: boolean;
  /** For `silent`: what was waited for. */
  readonly waitedFor?: 'headers' | 'content';
  /** The provider's own error body, for a caller of the same dialect. */
  readonly body?: string;
  /** The provider's id of the failed request. */
  readonly requestId?: string;
}

export type BackoffKind = 'none' | 'fixed' | 'linear' | 'exponential';
export interface Backoff {
  readonly kind: BackoffKind;
  readonly baseMs: number;
  readonly maxMs: number;
}

/** `ask-to-go-on`: the model refused to go on from a begun answer, so it is asked in words. */
export type Remedy = 'signature-repair' | 'ask-to-go-on';

/** What to do now, and why: wait, rotation, repair and cooldown are one value. */
export type RetryDecision =
  | { readonly action: 'give-up'; readonly why: string; readonly cooldown?: CooldownOrder }
  | {
      readonly action: 'retry';
      readonly why: string;
      readonly afterMs: number;
      readonly backoff: BackoffKind;
      readonly account: 'same' | 'another' | 'next-model';
      readonly remedy?: Remedy;
      readonly cooldown?: CooldownOrder;
    };

/** How long an account rests, for one model or (`scope: account`) for all. `told` = the provider named the time; a guess is only a preference. */
export interface CooldownOrder {
  readonly scope: 'model' | 'account';
  readonly ms: number;
  readonly told: boolean;
  readonly reason: string;
}

/** Thrown by an adapter's `open`, and by nothing else. Any other throw is our own fault and is not retried. */
export class Refusal extends Error {
  readonly failure: Failure;
  /** Of the refusing answer, for those who read limits; absent when there was none. */
  readonly headers?: Readonly<Record<string, string>>;
  constructor(failure: Failure, headers?: Readonly<Record<string, string>>) {
    super(failure.detail);
    this.name = 'Refusal';
    this.failure = failure;
    if (headers !== undefined) this.headers = headers;
  }
}

/** Thrown by a framer when one frame passes its byte limit. */
export class FrameLimitError extends Error {
  constructor(bytesMax: number) {
    super(`a single event of the upstream is larger than ${bytesMax} bytes`);
    this.name = 'FrameLimitError';
  }
}

/** Thrown by a fold when the frames do not make a document. */
export class FoldError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FoldError';
  }
}
