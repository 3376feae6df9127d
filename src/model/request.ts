/** A client's request once its dialect has been read. It is never changed: whatever is sent upstream is its bytes plus a list of edits. */

export type Protocol = 'anthropic' | 'gemini' | 'openai-chat' | 'openai-responses';

export type Operation = 'generate' | 'count-tokens';

/** `sse` and `json-array` are streamed, `json` is one document. */
export type Framing = 'sse' | 'json-array' | 'json';

export interface ClientRequest {
  readonly protocol: Protocol;
  readonly operation: Operation;
  /** The model name the caller asked for. */
  readonly model: string;
  readonly framing: Framing;
  /** The body's own bytes. */
  readonly body: Uint8Array;
  /** The same, parsed (depth-checked before). */
  readonly json: Record<string, unknown>;
  /** Dialect headers to pass on (`anthropic-version`, `anthropic-beta`, …), lower-case names. Never a credential. */
  readonly passHeaders: Readonly<Record<string, string>>;
  /** Query of the dialect to pass on, with its `?`; empty when there is none. */
  readonly passQuery?: string;
  /** What the client itself calls the conversation: a session header, or the session part of `metadata.user_id`. */
  readonly sessionHint?: string;
}

/** An error to be told to a caller, in any dialect. `kind` is ours; each dialect maps it to its own words and status. */
export interface Problem {
  readonly kind:
    | 'bad-request'
    | 'unauthorised'
    | 'forbidden-host'
    | 'not-found'
    | 'method-not-allowed'
    | 'unknown-model'
    | 'too-large'
    | 'headers-too-large'
    | 'unsupported-media'
    | 'context-too-long'
    | 'rate-limited'
    | 'overloaded'
    | 'timeout'
    | 'upstream-error'
    | 'upstream-credential'
    | 'no-account'
    | 'shutting-down'
    | 'internal';
  readonly message: string;
  /** Overrides the status that belongs to the kind. */
  readonly status?: number;
  readonly retryAfterMs?: number;
  /** An upstream's own error body in the caller's dialect, to be passed on as it is. */
  readonly body?: string;
}

export interface PlainAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What a dialect reads a request from. Header names are lower-case; credentials are still in `headers` and must not be passed on. */
export interface RequestInput {
  readonly operation: Operation;
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Gemini only: model and method stand in the path. */
  readonly pathModel?: string;
  readonly pathMethod?: 'generateContent' | 'streamGenerateContent' | 'countTokens';
}
export type ReadResult = { readonly request: ClientRequest } | { readonly problem: Problem };
