/** What a client saw of an answer that may have broken off, by the test's own reading: whether it was told an end or an error, the text so far, and its thoughts. */

import type { Protocol } from '../../src/model/request.ts';
import { wireEvents } from '../contracts/said/events.ts';
import { type Json, objectIn, objectsIn, parsed, textIn } from '../contracts/said/json.ts';
import { saidInStream } from '../contracts/said/read.ts';
import type { Said } from '../contracts/said/said.ts';

/** The data of every event, in order. */
export function eventsIn(bytes: Uint8Array): Json[] {
  return wireEvents(bytes).map(({ data, event }) =>
    data.trim() === '[DONE]' ? { type: '[DONE]' } : { type: event, ...objectIn(parsed(data)) },
  );
}

/** The bytes up to the end of the last whole event: what a reader of the stream can have understood. */
export function wholeEvents(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  const ends = [...text.matchAll(/\r\n\r\n|\n\n|\r\r/g)].map((gap) => gap.index + gap[0].length);
  return bytes.subarray(0, ends.at(-1) ?? 0);
}

interface Signs {
  readonly start: (event: Json) => boolean;
  readonly success: (event: Json) => boolean;
  readonly error: (event: Json) => boolean;
}

const signs: Readonly<Record<Protocol, Signs>> = {
  anthropic: {
    start: ({ type }) => type === 'message_start',
    success: ({ type }) => type === 'message_stop',
    error: ({ type }) => type === 'error',
  },
  // A stream of chunks has no start of its own and no terminal event: a reason stands for one.
  gemini: {
    start: () => false,
    success: (event) =>
      objectsIn(event.candidates).some(({ finishReason }) => textIn(finishReason) !== '') ||
      textIn(objectIn(event.promptFeedback).blockReason) !== '',
    error: ({ error }) => error !== undefined,
  },
  'openai-chat': {
    start: (event) => objectsIn(event.choices).some(({ delta }) => objectIn(delta).role !== undefined),
    success: (event) => objectsIn(event.choices).some(({ finish_reason: reason }) => textIn(reason) !== ''),
    error: ({ error }) => error !== undefined && error !== null,
  },
  'openai-responses': {
    start: ({ type }) => type === 'response.created',
    success: ({ type }) => /^response\.(completed|incomplete)$/.test(textIn(type)),
    error: ({ type }) => /^(response\.failed|error)$/.test(textIn(type)),
  },
};

export interface Signed {
  readonly starts: number;
  readonly successes: number;
  readonly errors: number;
  readonly endsWithError: boolean;
}

export function signsIn(client: Protocol, bytes: Uint8Array): Signed {
  const { start, success, error } = signs[client];
  const events = eventsIn(bytes);
  const last = events.findLast(({ type }) => type !== '[DONE]');
  return {
    starts: events.filter(start).length,
    successes: events.filter(success).length,
    errors: events.filter(error).length,
    endsWithError: last !== undefined && error(last),
  };
}

/** The text alone, without code and images. */
export function wordsOf({ pieces }: Said): string {
  return pieces.map(({ kind, text }) => (kind === 'text' ? text : '')).join('');
}

/** The visible text so far. An item of a response is done only at its end, but its client has read the deltas. */
export function textShownIn(client: Protocol, bytes: Uint8Array): string {
  if (client !== 'openai-responses') return wordsOf(saidInStream[client](bytes));
  return eventsIn(bytes)
    .filter(({ type }) => /^response\.(output_text|refusal)\.delta$/.test(textIn(type)))
    .map(({ delta }) => textIn(delta))
    .join('');
}

export interface Thought {
  readonly text: string;
  readonly signature: string;
}

/** Blocks of thinking that have their ends, with the signatures that were given for them. Dialects that sign no thoughts have none. */
export function thoughtsIn(client: Protocol, bytes: Uint8Array): Thought[] {
  if (client === 'anthropic') return anthropicThoughts(eventsIn(bytes));
  if (client !== 'openai-responses') return [];
  return eventsIn(bytes)
    .filter(({ type }) => type === 'response.output_item.done')
    .map(({ item }) => objectIn(item))
    .filter(({ type }) => type === 'reasoning')
    .map(({ summary, content, encrypted_content: sealed }) => ({
      text: [...objectsIn(summary), ...objectsIn(content)].map(({ text }) => textIn(text)).join('\n\n'),
      signature: textIn(sealed),
    }));
}

function anthropicThoughts(events: readonly Json[]): Thought[] {
  const thoughts: Thought[] = [];
  let open: { text: string; signature: string } | undefined;
  for (const { type, content_block: block, delta } of events) {
    const { thinking, signature } = objectIn(delta);
    if (type === 'content_block_start') {
      const started = objectIn(block);
      open = started.type === 'thinking' ? { text: textIn(started.thinking), signature: '' } : undefined;
    } else if (type === 'content_block_delta' && open) {
      open.text += textIn(thinking);
      open.signature += textIn(signature);
    } else if (type === 'content_block_stop' && open) {
      thoughts.push(open);
      open = undefined;
    }
  }
  return thoughts;
}
