/** What an upstream's stream says, in our own words. Readers of each wire dialect produce these; the healing room knows nothing else about a stream. */

import type { Citation } from './conversation.ts';

/** Token counts as the upstream stated them; an absent count was not stated. `inputTokens` is without the cached tokens. */
export interface Usage {
  inputTokens?: number;
  outputTokens?: number;
  cacheReadTokens?: number;
  cacheWriteTokens?: number;
  thoughtTokens?: number;
}

export type BlockKind =
  | 'text'
  | 'thinking'
  | 'redacted-thinking'
  | 'tool-call'
  | 'server-tool'
  | 'media'
  | 'code'
  | 'other';

/**
 * Why a model stopped. `natural` and `tool` promise content, so an answer that has none is a failed attempt; `malformed` is a tool call the
 * upstream itself calls broken; all others are reasons a caller must see even when nothing was said.
 */
export type StopKind =
  | 'natural'
  | 'tool'
  | 'length'
  | 'stop-sequence'
  | 'refusal'
  | 'pause'
  | 'context-full'
  | 'malformed'
  | 'other';

export type StreamEvent =
  | { readonly type: 'message-start'; readonly id?: string; readonly model?: string }
  | {
      readonly type: 'block-start';
      readonly index: number;
      readonly kind: BlockKind;
      /** True when the start alone already says something: a tool call, an image, redacted thinking, a block of an unknown kind. */
      readonly says: boolean;
      readonly id?: string;
      readonly name?: string;
      /** Arguments that came whole with the start (Gemini), as JSON text. */
      readonly argumentsJson?: string;
      /** Of `media`: what it is. */
      readonly media?: { readonly mimeType?: string; readonly data?: string; readonly url?: string };
      /** Of `code`: a program, or what it printed. */
      readonly code?:
        | { readonly language: string; readonly code: string }
        | { readonly outcome: string; readonly output: string };
      /** Of `server-tool` and `other`: the dialect's own block, for a target that has none like it. */
      readonly wire?: unknown;
    }
  | {
      readonly type: 'block-delta';
      readonly index: number;
      readonly kind: 'text' | 'thinking' | 'tool-arguments' | 'other';
      readonly text: string;
    }
  | { readonly type: 'block-signature'; readonly index: number; readonly signature: string }
  | { readonly type: 'block-end'; readonly index: number }
  /** A source of what was said in this block, or of the whole answer when there is no index. */
  | { readonly type: 'citation'; readonly index?: number; readonly citation: Citation }
  | { readonly type: 'usage'; readonly usage: Usage }
  /** The upstream said why it stopped. More content may still follow (Gemini with code execution). `reason` is the upstream's own word. */
  | { readonly type: 'message-end'; readonly stop: StopKind; readonly reason: string; readonly stopSequence?: string }
  /** The upstream's own terminal sign: the answer is complete. */
  | { readonly type: 'message-complete' }
  /** An error object inside the stream; `body` is its JSON text, for the adapter to classify. */
  | { readonly type: 'failure'; readonly body: string }
  /** Bytes that are neither an event nor an error object: JSON or HTML in place of a stream, a frame that does not parse. */
  | { readonly type: 'garbage'; readonly detail: string }
  /** The body ended before the answer was complete. */
  | { readonly type: 'cut'; readonly detail: string }
  | { readonly type: 'keepalive' }
  | { readonly type: 'unknown'; readonly name: string };
