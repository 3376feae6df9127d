/**
 * Streams the answer of an upstream that speaks another dialect as `chat.completion.chunk`s. The grammar is legal at every moment: the role stands
 * in the first delta alone, the reason to finish comes once and after all content, the counts only for who asked, and `[DONE]` only after an answer
 * that the upstream called complete.
 */

import type { ForeignOptions, ForeignWriter } from '../../model/ports.ts';
import type { Framing } from '../../model/request.ts';
import type { JsonObject } from '../json/shapes.ts';
import { chatErrorEvent } from './failures.ts';
import { ForeignAnswer, type ShownParts, writeUsage } from './foreign-answer.ts';
import { asksForUsage } from './read-request.ts';
import { chatKeepalive, chatStreamHeaders } from './write-events.ts';

/** The stream that a client already has. */
export interface ShownChunks extends ShownParts {
  /** Of every chunk. */
  readonly identity: JsonObject;
  /** The reason to finish was told, and only the end itself was missing. */
  readonly isFinished: boolean;
}

/** There is one streamed framing, so `framing` decides nothing here. Without `shown` the answer begins here. */
export function writeChatForeignEvents(_framing: Framing, options: ForeignOptions, shown?: ShownChunks): ForeignWriter {
  const answer = new ForeignAnswer(options, shown);
  const chunks = new Chunks(options, shown);
  return {
    headers: chatStreamHeaders,
    // No chunk has to stand before the first that says something.
    start: () => new Uint8Array(0),
    events: (events, out) => {
      let text = '';
      for (const event of events) for (const delta of answer.deltas(event)) text += chunks.delta(delta);
      if (text !== '') out.push(encode(text));
    },
    end: (out) => {
      const owed = answer.rest().map((delta) => chunks.delta(delta));
      out.push(encode(`${owed.join('')}${chunks.finish(answer.finishReason)}${chunks.usage(answer)}data: [DONE]\n\n`));
    },
    keepalive: () => encode(chatKeepalive),
    failure: (problem) => chatErrorEvent(problem),
  };
}

class Chunks {
  readonly #head: string;
  readonly #tail: string;
  readonly #counts: boolean;
  #started: boolean;
  #finished: boolean;

  constructor(options: ForeignOptions, shown: ShownChunks | undefined) {
    this.#counts = asksForUsage(options.request);
    this.#started = shown !== undefined;
    this.#finished = shown?.isFinished ?? false;
    const { id, created, model } = shown?.identity ?? chunkIdentity(options);
    const identity = JSON.stringify({ id, object: 'chat.completion.chunk', created, model });
    this.#head = `data: ${identity.slice(0, -1)},"choices":[`;
    this.#tail = `]${this.#counts ? ',"usage":null' : ''}}\n\n`;
  }

  delta(delta: JsonObject): string {
    if (this.#started) return this.#choice(delta, null);
    this.#started = true;
    // Text follows a chunk of its own for the role, as OpenAI sends it.
    if (typeof delta.content === 'string') return this.#choice(roleWith(''), null) + this.#choice(delta, null);
    return this.#choice({ ...roleWith(null), ...delta }, null);
  }

  finish(reason: string): string {
    if (this.#finished) return '';
    this.#finished = true;
    const role = this.#started ? '' : this.#choice(roleWith(''), null);
    this.#started = true;
    return role + this.#choice({}, reason);
  }

  usage(answer: ForeignAnswer): string {
    const usage = this.#counts ? writeUsage(answer.usage) : undefined;
    return usage === undefined ? '' : `${this.#head}],"usage":${JSON.stringify(usage)}}\n\n`;
  }

  #choice(delta: JsonObject, reason: string | null): string {
    const choice = JSON.stringify({ index: 0, delta, logprobs: null, finish_reason: reason });
    return `${this.#head}${choice}${this.#tail}`;
  }
}

function roleWith(content: string | null): JsonObject {
  return { role: 'assistant', content, refusal: null };
}

/** What every chunk and the document have alike. */
export function chunkIdentity(options: ForeignOptions): { id: string; created: number; model: string } {
  return { id: `chatcmpl-${options.answerId}`, created: options.createdSeconds, model: options.model };
}

const encoder = new TextEncoder();

function encode(text: string): Uint8Array {
  return encoder.encode(text);
}
