/**
 * A request in no dialect's words: what every client dialect is read into and every upstream dialect is written from, when the two differ.
 * Complete enough that nothing a model can use is lost; what has no place here stays in `rest`, by its own name, and is accounted for.
 */

export interface Conversation {
  /** Instructions before the first turn, in order. */
  readonly system: readonly Part[];
  readonly turns: readonly Turn[];
  readonly tools: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  /** False: at most one tool call in an answer. */
  readonly parallelToolCalls?: boolean;
  readonly maxOutputTokens?: number;
  readonly stopSequences: readonly string[];
  readonly sampling: Sampling;
  readonly thinking?: Thinking;
  readonly output?: OutputFormat;
  /** How many answers are asked for; absent = one. */
  readonly candidates?: number;
  readonly user?: string;
  /** Members of the client's own dialect that have no place above. */
  readonly rest: Readonly<Record<string, unknown>>;
}

/** `system` stands in the middle of a conversation; consecutive turns of one role are allowed. */
export interface Turn {
  readonly role: 'user' | 'model' | 'system';
  readonly parts: readonly Part[];
}

export type Part =
  | {
      readonly type: 'text';
      readonly text: string;
      readonly signature?: Mark;
      readonly citations?: readonly Citation[];
    }
  | { readonly type: 'thinking'; readonly text: string; readonly signature?: Mark }
  | { readonly type: 'redacted-thinking'; readonly data: string }
  | {
      readonly type: 'tool-call';
      /** The client's id; stable, never empty. */
      readonly id: string;
      readonly name: string;
      /** A JSON object as text, number spellings kept. */
      readonly argumentsJson: string;
      readonly signature?: Mark;
    }
  | {
      readonly type: 'tool-result';
      readonly id: string;
      /** The tool's name, found by its call where the dialect does not say it. */
      readonly name?: string;
      readonly parts: readonly Part[];
      readonly isError: boolean;
      /** A structured result (Gemini's `response`) as JSON text, when it is more than text. */
      readonly json?: string;
    }
  | {
      readonly type: 'media';
      /** `image/png`, `application/pdf`, …; absent when only a URL is known. */
      readonly mimeType?: string;
      /** Base64. Exactly one of `data`, `url`, `fileId`. */
      readonly data?: string;
      readonly url?: string;
      readonly fileId?: string;
      readonly title?: string;
    }
  | { readonly type: 'code'; readonly language: string; readonly code: string; readonly signature?: Mark }
  | { readonly type: 'code-result'; readonly outcome: string; readonly output: string }
  /** A block of the dialect that has no place here (a server tool's use or result, a search result, …), as it stood. */
  | { readonly type: 'other'; readonly dialect: string; readonly name: string; readonly wire: unknown };

/** A signature and, where it is known, the family of the models that made it. Never edited. */
export interface Mark {
  readonly signature: string;
  readonly family?: string;
}

export interface Citation {
  readonly url?: string;
  readonly title?: string;
  readonly citedText?: string;
  /** Characters of the text it stands on. */
  readonly start?: number;
  readonly end?: number;
  readonly wire?: unknown;
}

export type Tool =
  | {
      readonly type: 'function';
      readonly name: string;
      readonly description?: string;
      /** JSON Schema of the arguments, as the client wrote it. */
      readonly schema?: unknown;
      readonly strict?: boolean;
    }
  /** A tool the provider runs itself (web search, code execution, …), as it stood. `kind` is ours where several dialects have it. */
  | {
      readonly type: 'server';
      readonly kind: 'web-search' | 'web-fetch' | 'code-execution' | 'other';
      readonly dialect: string;
      readonly name: string;
      readonly wire: unknown;
    };

export type ToolChoice =
  | { readonly mode: 'auto' | 'none' | 'any' }
  | { readonly mode: 'tool'; readonly names: readonly string[] };

export interface Sampling {
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly seed?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
}

/** How much the model is to think. `budgetTokens` −1 = as much as it likes. `shown` = the caller wants to see the thoughts. */
export interface Thinking {
  readonly mode: 'off' | 'on';
  readonly budgetTokens?: number;
  readonly effort?: 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';
  readonly shown?: boolean;
}

export type OutputFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json' }
  | { readonly type: 'json-schema'; readonly schema: unknown; readonly name?: string; readonly strict?: boolean };

/** What a target model can do; a row of the capability table. */
export interface Capabilities {
  readonly thinking: 'none' | 'budget' | 'level' | 'adaptive' | 'effort';
  /** For `budget`: the accepted range; `canTurnOff` says whether 0 or `disabled` is accepted. */
  readonly budgetTokensMin?: number;
  readonly budgetTokensMax?: number;
  /** For `level`, `effort` and `adaptive`: the accepted words, weakest first. */
  readonly levels?: readonly string[];
  readonly canTurnOff: boolean;
  /** A trailing model turn is continued. */
  readonly prefill: boolean;
  readonly sampling: boolean;
  /** Tool choice `any` and a named tool are accepted. */
  readonly forcedTools: boolean;
  /** Calls must come back with their thought signature. */
  readonly demandsSignature: boolean;
  /** Function calls and results carry ids on the wire (Gemini 3 and later). */
  readonly callIds: boolean;
  /** Of a Claude model: a system turn may stand in the middle of a conversation. */
  readonly systemTurns?: boolean;
  readonly maxOutputTokens?: number;
}

/** What happens to a feature that a target has no word for. Every row is shown in `docs/TRANSLATION.md`. */
export interface Loss {
  readonly feature: string;
  readonly how: 'refused' | 'as-text' | 'left-out';
  readonly why: string;
}
