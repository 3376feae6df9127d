/** The words of the lab: a call that came in, what it asks for by its path, and the steps that are done to its socket. Types only. */

export type LabStep =
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'head'; readonly status: number; readonly headers: Readonly<Record<string, string>> }
  /** One chunk of the body. `promised`: the chunk announces this many bytes and is left unfinished. */
  | { readonly do: 'bytes'; readonly bytes: Uint8Array; readonly promised?: number }
  /** The same bytes again and again until the client leaves. */
  | { readonly do: 'repeat'; readonly bytes: Uint8Array; readonly everyMs: number }
  /** The body ends as HTTP says it should. */
  | { readonly do: 'end' }
  /** The connection is closed (FIN) with the body unfinished. */
  | { readonly do: 'close' }
  /** The connection is reset (RST). */
  | { readonly do: 'reset' }
  /** Nothing more is ever said; the connection stays open until the client leaves. */
  | { readonly do: 'hang' }
  /** The connection is reset before anything is answered, as if nobody listened. */
  | { readonly do: 'refuse' };

/** How an answer goes on whose beginning the request shows: exactly there, from its start, from some characters before, or otherwise. */
export type LabResume =
  | { readonly way: 'continue' | 'restart' | 'contradict' }
  | { readonly way: 'overlap'; readonly chars: number };

export interface LabCall {
  /** The credential the caller used; for a Vertex access token of the lab, the account it was issued to. */
  readonly account: string;
  readonly path: string;
  readonly method: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** How many calls this account had before. */
  readonly n: number;
  /** How many calls for the same model, dialect and framing came before, whoever asked. Absent for what is no generation. */
  readonly order?: number;
  /** When it came, milliseconds since the epoch. */
  readonly now?: number;
  /** Absent = it goes on as it should. */
  readonly resume?: LabResume;
}

/** What can be said about a request without its answer: enough for `expectedAnswer`. */
export interface LabRequest {
  readonly path: string;
  readonly query?: URLSearchParams;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly resume?: LabResume;
}

export type LabDialect =
  | 'anthropic'
  | 'gemini'
  | 'vertex-anthropic'
  | 'vertex-gemini'
  | 'openai-chat'
  | 'openai-responses';
export type LabOperation = 'generate' | 'count' | 'models' | 'model' | 'token' | 'hello' | 'unknown';

export interface LabRoute {
  readonly dialect: LabDialect;
  readonly operation: LabOperation;
  readonly framing: 'sse' | 'json-array' | 'json';
  /** From the path or the body; empty where there is none. */
  readonly model: string;
}

/** A number 0 ≤ x < 1, from a seed. */
export type Chance = () => number;

export type Json = Record<string, unknown>;
