/** What every dialect of this benchmark can do, at the client's end and at the upstream's. Types only. */

import type { Turn } from '../answer.ts';
import type { WireEvent } from '../event-lines.ts';

export type DialectName = 'anthropic' | 'gemini' | 'chat' | 'responses';

/** What the upstream says no to, and how. */
export type RefusalKind =
  | 'rate-limited'
  | 'failed'
  | 'unavailable'
  | 'context-too-long'
  | 'policy'
  | 'no-prefill'
  | 'unknown-model';

export interface Tokens {
  readonly input: number;
  readonly output: number;
}

/** One answer while it is told, as texts of whole server-sent events. */
export interface Speech {
  opening(): readonly string[];
  token(text: string): string;
  /** What says that and why the answer ends, and what only marks the end of the stream. */
  ending(): { readonly finish: readonly string[]; readonly marker: readonly string[] };
}

/** What a client has understood so far. */
export interface Reading {
  text: string;
  /** The upstream's reason to stop has come. */
  finished: boolean;
  /** What marks the end of the stream has come, in dialects that have such a mark. */
  marked: boolean;
  error: string | undefined;
  input: number | undefined;
  output: number | undefined;
  /** What the grammar of the dialect does not allow. */
  readonly faults: string[];
}

export interface AnswerReader {
  readonly reading: Reading;
  see(event: WireEvent): void;
}

export interface Dialect {
  readonly name: DialectName;
  /** How the page calls it. */
  readonly title: string;
  readonly provider: 'anthropic' | 'gemini' | 'openai';
  /** Behind the origin in `base_url`. */
  readonly basePath: string;
  /** A stream without its mark is a broken one for a strict client. */
  readonly hasMarker: boolean;
  path(model: string): string;
  question(model: string, text: string): { readonly headers: Readonly<Record<string, string>>; readonly body: object };
  /** The model that a request names, by its path or its body. Undefined: the path asks for no streamed answer. */
  asked(path: string, body: unknown): string | undefined;
  turns(body: unknown): readonly Turn[];
  speech(model: string, inputTokens: number): Speech;
  reader(): AnswerReader;
  refusal(kind: RefusalKind): { readonly status: number; readonly body: object };
  /** The provider's sentence in an error document. */
  refusalText(body: unknown): string;
}
