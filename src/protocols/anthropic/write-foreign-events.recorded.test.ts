/**
 * Recorded answers of every other dialect, told to an Anthropic client. They stay outside the project and are skipped visibly when absent. What a
 * recording says (text, calls, counts) is read here from its own JSON, not through the reader alone.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamEvent, Usage } from '../../model/events.ts';
import { FoldError } from '../../model/failure.ts';
import type { ForeignOptions } from '../../model/ports.ts';
import type { Frame, Machine } from '../../model/wire.ts';
import { readGeminiEvents } from '../gemini/read-events.ts';
import { jsonOf } from '../json/shapes.ts';
import { readChatEvents } from '../openai-chat/read-events.ts';
import { readResponsesEvents } from '../openai-responses/read-events.ts';
import { unseal } from '../signature-envelope.ts';
import { createFramer } from '../sse/framer.ts';
import { foldAnthropicForeign } from './fold-foreign.ts';
import { checkAnthropicStream } from './grammar.testing.ts';
import { writeAnthropicForeignEvents } from './write-foreign-events.ts';

interface Recording {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly reader: () => Machine<Frame, StreamEvent>;
}

const fixtures = process.env.FIXTURES_DIR ?? '../shared/fixtures';
const recordings = [
  ...recorded('gemini', readGeminiEvents),
  ...recorded('vertex-gemini', readGeminiEvents),
  ...recorded('openai-chat', readChatEvents),
  ...recorded('gemini-openai-compat', readChatEvents),
  ...recorded('openai-responses', readResponsesEvents),
];
const absent = recordings.length === 0;

/** Without arguments told by JSON path: Gemini streams them so only to a client that asked for it in Gemini's own words. */
function recorded(protocol: string, reader: () => Machine<Frame, StreamEvent>): Recording[] {
  const folder = join(fixtures, protocol);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => ({ name: `${protocol}/${name}`, file: join(folder, name, 'response.sse') }))
    .filter(({ file }) => existsSync(file))
    .map(({ name, file }) => ({ name, bytes: readFileSync(file), reader }))
    .filter(({ bytes }) => !bytes.includes('partialArgs'));
}

function eventsOf(recording: Recording, chunks: readonly Uint8Array[]): StreamEvent[] {
  const framer = createFramer();
  const frames: Frame[] = [];
  for (const chunk of chunks) framer.push(chunk, frames);
  framer.end(frames);
  const reader = recording.reader();
  const events: StreamEvent[] = [];
  for (const frame of frames) reader.push(frame, events);
  reader.end(events);
  return events;
}

const options: ForeignOptions = {
  answerId: '01TESTTESTTESTTESTTESTTEST',
  model: 'gemini-3-flash-preview',
  createdSeconds: 1,
  request: {
    protocol: 'anthropic',
    operation: 'generate',
    model: 'claude-x',
    framing: 'sse',
    body: new Uint8Array(),
    json: {},
    passHeaders: {},
  },
};

function isComplete(events: readonly StreamEvent[]): boolean {
  return events.at(-1)?.type === 'message-complete' && !events.some(isMalformed);
}

/** Complete, and no call was cut off by the limit of the answer. */
function isWhole(events: readonly StreamEvent[]): boolean {
  return isComplete(events) && callsOf(events).every(({ input }) => input !== undefined);
}

/** Such an answer has failed before anything is written. */
function isMalformed(event: StreamEvent): boolean {
  return event.type === 'message-end' && event.stop === 'malformed';
}

function written(events: readonly StreamEvent[], batchSize = events.length): string {
  const writer = writeAnthropicForeignEvents('sse', options);
  const out: Uint8Array[] = [];
  for (let at = 0; at < events.length; at += batchSize) writer.events(events.slice(at, at + batchSize), out);
  if (isComplete(events)) writer.end(out);
  else out.push(writer.failure({ kind: 'upstream-error', message: 'stream disconnected before completion' }));
  return Buffer.concat(out).toString();
}

interface Block {
  readonly type: string;
  readonly text?: string;
  readonly thinking?: string;
  readonly signature?: string;
  readonly name?: string;
  readonly input?: unknown;
}
interface Message {
  readonly content: readonly Block[];
  readonly stop_reason: string;
  readonly usage: Record<string, unknown>;
}

function folded(events: readonly StreamEvent[]): Message {
  const fold = foldAnthropicForeign(options);
  for (const event of events) fold.see(event);
  const document = fold.document();
  expect(fold.document()).toBe(document);
  return JSON.parse(document) as Message;
}

function deltas(events: readonly StreamEvent[], kind: string): string {
  return events.map((event) => (event.type === 'block-delta' && event.kind === kind ? event.text : '')).join('');
}

function usageOf(events: readonly StreamEvent[]): Usage {
  let usage: Usage = {};
  for (const event of events) if (event.type === 'usage') usage = { ...usage, ...event.usage };
  return usage;
}

function callsOf(events: readonly StreamEvent[]): { name: string; input: unknown }[] {
  return events
    .filter((event) => event.type === 'block-start')
    .filter(({ kind }) => kind === 'tool-call')
    .map(({ index, name, argumentsJson }) => {
      const pieces = deltas(
        events.filter((event) => 'index' in event && event.index === index),
        'tool-arguments',
      );
      const text = `${argumentsJson ?? ''}${pieces}`;
      return { name: name ?? '', input: text === '' ? {} : jsonOf(text) };
    });
}

describe.skipIf(absent)('recorded answers of other dialects, for an Anthropic client', () => {
  it('are there in number', () => {
    expect(recordings.filter((recording) => isComplete(eventsOf(recording, [recording.bytes]))).length).toBeGreaterThan(
      130,
    );
  });

  it.for(recordings)('makes a legal stream of $name, however it is batched', (recording) => {
    const events = eventsOf(recording, [recording.bytes]);
    const whole = written(events);
    expect(checkAnthropicStream(whole)).toEqual([]);
    expect(written(events, 1)).toBe(whole);
    expect(whole.includes('event: message_stop')).toBe(isComplete(events));
  });

  it('says the same under any chunking of the upstream’s bytes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...recordings), fc.array(fc.nat(), { maxLength: 30 }), (recording, places) => {
        const { bytes } = recording;
        const cuts = [...new Set(places.map((place) => place % bytes.length))].sort((a, b) => a - b);
        const chunks = [0, ...cuts].map((start, at) => bytes.subarray(start, cuts[at] ?? bytes.length));
        expect(written(eventsOf(recording, chunks))).toBe(written(eventsOf(recording, [bytes])));
      }),
      { numRuns: 150 },
    );
  });

  it('does not make a document of a call that the limit of the answer cut off', () => {
    const cut = recordings
      .map((recording) => eventsOf(recording, [recording.bytes]))
      .filter((events) => isComplete(events) && !isWhole(events));
    expect(cut.length).toBeGreaterThan(0);
    for (const events of cut) {
      expect(events).toContainEqual(expect.objectContaining({ type: 'message-end', stop: 'length' }));
      expect(() => folded(events)).toThrow(FoldError);
    }
  });

  it.for(recordings)('says no less and no more than $name', (recording) => {
    const events = eventsOf(recording, [recording.bytes]);
    if (!isWhole(events)) return;
    const message = folded(events);
    const isOwnText = !events.some((event) => event.type === 'block-start' && /media|code/.test(event.kind));
    if (isOwnText) expect(message.content.map(({ text }) => text ?? '').join('')).toBe(deltas(events, 'text'));
    expect(message.content.map(({ thinking }) => thinking ?? '').join('')).toBe(deltas(events, 'thinking'));
    const calls = message.content.filter(({ type }) => type === 'tool_use');
    expect(calls.map(({ name, input }) => ({ name, input }))).toEqual(callsOf(events));
    const usage = usageOf(events);
    expect(message.usage.output_tokens).toBe(usage.outputTokens ?? 0);
    expect(message.usage.input_tokens).toBe(usage.inputTokens ?? 0);
    expect(message.usage.cache_read_input_tokens).toBe(usage.cacheReadTokens);
    expect((message.usage.output_tokens_details as { thinking_tokens?: number } | undefined)?.thinking_tokens).toBe(
      usage.thoughtTokens,
    );
    const end = events.findLast((event) => event.type === 'message-end');
    if (end?.stop === 'length') expect(message.stop_reason).toBe('max_tokens');
    else if (end?.stop === 'refusal') expect(message.stop_reason).toBe('refusal');
    else if (end?.stop !== 'stop-sequence')
      expect(message.stop_reason).toBe(calls.length > 0 ? 'tool_use' : 'end_turn');
  });

  it.for(recordings)('gives the signatures of the calls of $name to blocks right before them', (recording) => {
    const events = eventsOf(recording, [recording.bytes]);
    if (!isWhole(events)) return;
    const callIndexes = new Set(
      events.flatMap((event) => (event.type === 'block-start' && event.kind === 'tool-call' ? [event.index] : [])),
    );
    const signatures = events.flatMap((event) =>
      event.type === 'block-signature' && callIndexes.has(event.index) ? [event.signature] : [],
    );
    const { content } = folded(events);
    const carried = content.flatMap((block, at) => {
      const sealed = unseal(block.signature ?? '');
      return sealed?.place === 'next' && content[at + 1]?.type === 'tool_use' ? [sealed.signature] : [];
    });
    expect(carried).toEqual(signatures);
    expect(content.at(-1)?.type === 'thinking' && unseal(content.at(-1)?.signature ?? '')?.place === 'before').toBe(
      false,
    );
  });

  it.for(recordings)('gives the official SDK the same message of $name, streamed and collected', async (recording) => {
    const events = eventsOf(recording, [recording.bytes]);
    if (!isWhole(events)) return;
    const stream = written(events);
    const client = new Anthropic({
      apiKey: 'none',
      maxRetries: 0,
      fetch: async () => new Response(stream, { headers: { 'content-type': 'text/event-stream' } }),
    });
    const asked = { model: 'x', max_tokens: 1, messages: [{ role: 'user' as const, content: 'x' }] };
    const message = await client.messages.stream(asked).finalMessage();
    const document = folded(events);
    const { content, stop_reason } = JSON.parse(JSON.stringify(message)) as Message;
    expect(content).toEqual(document.content);
    expect(stop_reason).toBe(document.stop_reason);
  });
});
