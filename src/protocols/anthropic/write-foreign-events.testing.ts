/** Builds foreign answers for tests, event by event, and tells them to an Anthropic client. */

import { expect } from 'vitest';
import type { BlockKind, StopKind, StreamEvent } from '../../model/events.ts';
import type { ForeignOptions } from '../../model/ports.ts';
import { foldAnthropicForeign } from './fold-foreign.ts';
import { checkAnthropicStream } from './grammar.testing.ts';
import { writeAnthropicForeignEvents } from './write-foreign-events.ts';

export const request: ForeignOptions['request'] = {
  protocol: 'anthropic',
  operation: 'generate',
  model: 'claude-x',
  framing: 'sse',
  body: new Uint8Array(),
  json: {},
  passHeaders: {},
};
export const options: ForeignOptions = { answerId: '01ANSWER', model: 'gemini-3-pro', createdSeconds: 1, request };

export interface Message {
  readonly id: string;
  readonly model: string;
  readonly content: readonly Record<string, unknown>[];
  readonly stop_reason: string;
  readonly stop_sequence: string | null;
  readonly usage: Record<string, unknown>;
}

export function streamed(events: readonly StreamEvent[]): string {
  const writer = writeAnthropicForeignEvents('sse', options);
  const out: Uint8Array[] = [];
  for (const event of events) writer.events([event], out);
  writer.end(out);
  return Buffer.concat(out).toString();
}

/** The document; the stream is checked on the way. */
export function answer(events: readonly StreamEvent[]): Message {
  expect(checkAnthropicStream(streamed(events))).toEqual([]);
  const fold = foldAnthropicForeign(options);
  for (const event of events) fold.see(event);
  return JSON.parse(fold.document()) as Message;
}

export const start: StreamEvent = { type: 'message-start' };
export const done = (stop: StopKind = 'natural', reason = 'STOP'): StreamEvent => ({
  type: 'message-end',
  stop,
  reason,
});
export const begin = (index: number, kind: BlockKind, more: object = {}): StreamEvent => ({
  type: 'block-start',
  index,
  kind,
  says: false,
  ...more,
});
export const end = (index: number): StreamEvent => ({ type: 'block-end', index });
export const say = (index: number, kind: 'text' | 'thinking' | 'tool-arguments', text: string): StreamEvent => ({
  type: 'block-delta',
  index,
  kind,
  text,
});
export const sign = (index: number, signature: string): StreamEvent => ({ type: 'block-signature', index, signature });
export const text = (index: number, words: string): StreamEvent[] => [
  begin(index, 'text'),
  say(index, 'text', words),
  end(index),
];
export const think = (index: number, words: string): StreamEvent[] => [
  begin(index, 'thinking'),
  say(index, 'thinking', words),
  end(index),
];
export const call = (index: number, argumentsJson: string, ...inside: StreamEvent[]): StreamEvent[] => [
  begin(index, 'tool-call', { name: 'look', argumentsJson }),
  ...inside,
  end(index),
];
