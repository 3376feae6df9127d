/** Answers of other dialects in short words, and how a Responses client hears them. */

import { expect } from 'vitest';
import type { StreamEvent } from '../../model/events.ts';
import type { ForeignOptions } from '../../model/ports.ts';
import { checkResponsesStream } from './grammar.testing.ts';
import { requestOf } from './recordings.testing.ts';
import { writeResponsesForeignEvents } from './write-foreign-events.ts';

export type Json = Record<string, unknown>;

export function optionsOf(json: Json = {}, model = 'gemini-3-pro'): ForeignOptions {
  const request = requestOf({ model: 'gpt-5', input: 'x', stream: true, ...json });
  return { answerId: '01TEST', model, createdSeconds: 1_700_000_000, request };
}

export function told(
  events: readonly StreamEvent[],
  options = optionsOf(),
): { text: string; events: Json[]; response: Json } {
  const writer = writeResponsesForeignEvents('sse', options);
  const out: Uint8Array[] = [];
  writer.events(events, out);
  writer.end(out);
  const text = Buffer.concat(out).toString();
  const lines = text.split('\n').filter((line) => line.startsWith('data: '));
  const all = lines.map((line) => JSON.parse(line.slice(6)) as Json);
  return { text, events: all, response: (all.at(-1)?.response ?? {}) as Json };
}

export function outputOf(events: readonly StreamEvent[], options = optionsOf()): Json[] {
  const { text, response } = told([...events, { type: 'message-complete' }], options);
  expect(checkResponsesStream(text)).toEqual([]);
  return response.output as Json[];
}

export const start = (
  index: number,
  kind: 'text' | 'thinking' | 'media' | 'code' | 'server-tool' | 'redacted-thinking',
  more = {},
) => ({ type: 'block-start', index, kind, says: true, ...more }) as StreamEvent;
export const call = (index: number, name: string, argumentsJson: string, id = `c${index}`): StreamEvent[] => [
  { type: 'block-start', index, kind: 'tool-call', says: true, id, name },
  { type: 'block-delta', index, kind: 'tool-arguments', text: argumentsJson },
  { type: 'block-end', index },
];
export const text = (index: number, value: string): StreamEvent[] => [
  start(index, 'text'),
  { type: 'block-delta', index, kind: 'text', text: value },
  { type: 'block-end', index },
];
