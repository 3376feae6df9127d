/** Recorded streams of every other dialect, through its reader into a Gemini client's answer: nothing lost, nothing invented, whatever the cuts. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../model/events.ts';
import type { ForeignOptions } from '../../model/ports.ts';
import type { ClientRequest } from '../../model/request.ts';
import type { Frame, Machine } from '../../model/wire.ts';
import { readAnthropicEvents } from '../anthropic/read-events.ts';
import { readChatEvents } from '../openai-chat/read-events.ts';
import { readResponsesEvents } from '../openai-responses/read-events.ts';
import { createFramer } from '../sse/framer.ts';
import { foldGeminiForeign } from './fold-foreign.ts';
import { checkGeminiStream } from './grammar.testing.ts';
import { writeGeminiForeignEvents } from './write-foreign-events.ts';

const fixtures = process.env.FIXTURES_DIR ?? '../shared/fixtures';
const isPresent = existsSync(join(fixtures, 'anthropic'));

const dialects: readonly (readonly [folder: string, model: string, reader: () => Machine<Frame, StreamEvent>])[] = [
  ['anthropic', 'claude-sonnet-5', readAnthropicEvents],
  ['vertex-claude', 'claude-sonnet-5', readAnthropicEvents],
  ['openai-chat', 'gpt-5', readChatEvents],
  ['openai-responses', 'gpt-5', readResponsesEvents],
];

interface Case {
  readonly name: string;
  readonly model: string;
  readonly events: readonly StreamEvent[];
}

const cases: readonly Case[] = isPresent ? dialects.flatMap(casesOf) : [];

function casesOf([folder, model, reader]: (typeof dialects)[number]): Case[] {
  const names = readdirSync(join(fixtures, folder)).filter((name) =>
    existsSync(join(fixtures, folder, name, 'response.sse')),
  );
  return names.map((name) => {
    const framer = createFramer();
    const frames: Frame[] = [];
    framer.push(readFileSync(join(fixtures, folder, name, 'response.sse')), frames);
    framer.end(frames);
    const machine = reader();
    const events: StreamEvent[] = [];
    for (const frame of frames) machine.push(frame, events);
    machine.end(events);
    return { name: `${folder}/${name}`, model, events };
  });
}

const complete = cases.filter(({ events }) => events.some((event) => event.type === 'message-complete'));
const broken = cases.filter(({ events }) => !events.some((event) => event.type === 'message-complete'));

function optionsFor(model: string): ForeignOptions {
  const request: ClientRequest = {
    protocol: 'gemini',
    operation: 'generate',
    model: 'asked',
    framing: 'sse',
    body: new Uint8Array(0),
    json: {},
    passHeaders: {},
  };
  return { answerId: 'answer', model, createdSeconds: 1, request };
}

function streamed({ events, model }: Case, framing: 'sse' | 'json-array', cut: number): string {
  const writer = writeGeminiForeignEvents(framing, optionsFor(model));
  const out: Uint8Array[] = [];
  for (let at = 0; at < events.length; at += cut) {
    writer.events(events.slice(at, at + cut), out);
    if (cut === 1) out.push(writer.keepalive());
  }
  writer.end(out);
  return Buffer.concat(out).toString();
}

function folded({ events, model }: Case) {
  const fold = foldGeminiForeign(optionsFor(model));
  for (const event of events) fold.see(event);
  return JSON.parse(fold.document());
}

interface Said {
  text: string;
  thought: string;
  calls: { name: string; args: unknown; id?: string }[];
}

/** What the upstream said, by its events alone. */
function saidBy(events: readonly StreamEvent[]): Said {
  const said: Said = { text: '', thought: '', calls: [] };
  const calls = new Map<number, { name: string; id?: string; json: string; whole: string }>();
  for (const event of events) {
    if (event.type === 'block-delta' && event.kind === 'text') said.text += event.text;
    if (event.type === 'block-delta' && event.kind === 'thinking') said.thought += event.text;
    if (event.type === 'block-start' && event.kind === 'tool-call') {
      const { name = '', id, argumentsJson = '' } = event;
      calls.set(event.index, { name, json: '', whole: argumentsJson, ...(id !== undefined && { id }) });
    }
    // The arguments of a server's own tool are none of the client's.
    const call = event.type === 'block-delta' ? calls.get(event.index) : undefined;
    if (event.type === 'block-delta' && event.kind === 'tool-arguments' && call !== undefined) call.json += event.text;
  }
  for (const { json, whole, ...call } of calls.values()) {
    said.calls.push({ ...call, args: JSON.parse(json || whole || '{}') });
  }
  return said;
}

function saidTo(documents: readonly { candidates: { content?: { parts: Record<string, unknown>[] } }[] }[]): Said {
  const said: Said = { text: '', thought: '', calls: [] };
  for (const part of documents.flatMap(({ candidates }) => candidates[0]?.content?.parts ?? [])) {
    if (part.functionCall !== undefined) said.calls.push(part.functionCall as Said['calls'][number]);
    else if (part.thought === true) said.thought += part.text ?? '';
    else said.text += part.text ?? '';
  }
  return said;
}

function chunksOf(stream: string) {
  return stream
    .split(/\r\n\r\n/)
    .filter((event) => event.trim() !== '')
    .map((event) => JSON.parse(event.trim().slice('data: '.length)));
}

const finishBy = {
  natural: 'STOP',
  tool: 'STOP',
  'stop-sequence': 'STOP',
  length: 'MAX_TOKENS',
  'context-full': 'MAX_TOKENS',
  refusal: 'SAFETY',
  pause: 'OTHER',
  other: 'OTHER',
  malformed: 'MALFORMED_FUNCTION_CALL',
} as const;

function isCallCut(events: readonly StreamEvent[]): boolean {
  try {
    saidBy(events);
    return false;
  } catch {
    return true;
  }
}

describe.skipIf(!isPresent)('recorded streams of other dialects', () => {
  it('are there', () => {
    expect(complete.length).toBeGreaterThan(130);
  });

  it.each(complete)('$name says the same to a Gemini client, streamed, as an array and as a document', (recorded) => {
    const stream = streamed(recorded, 'sse', recorded.events.length);
    expect(checkGeminiStream(stream)).toEqual([]);
    const array = streamed(recorded, 'json-array', 3);
    expect(checkGeminiStream(array)).toEqual([]);
    const chunks = chunksOf(stream);
    expect(JSON.parse(array)).toEqual(chunks);
    const stop = recorded.events.findLast((event) => event.type === 'message-end');
    if (isCallCut(recorded.events)) {
      expect(stop?.stop).toBe('length');
      return;
    }
    const document = folded(recorded);
    expect(saidTo(chunks)).toEqual(saidBy(recorded.events));
    expect(saidTo([document])).toEqual(saidBy(recorded.events));
    const finish = stop === undefined ? 'FINISH_REASON_UNSPECIFIED' : finishBy[stop.stop];
    expect(document.candidates[0].finishReason).toBe(finish);
    expect(chunks.at(-1).candidates[0].finishReason).toBe(finish);
    expect(chunks.at(-1).usageMetadata).toEqual(document.usageMetadata);
  });

  it.each(complete)('$name comes out the same however the events are dealt', (recorded) => {
    const whole = streamed(recorded, 'sse', recorded.events.length);
    for (const cut of [2, 7]) expect(streamed(recorded, 'sse', cut)).toBe(whole);
    expect(checkGeminiStream(streamed(recorded, 'sse', 1))).toEqual([]);
    expect(chunksOf(streamed(recorded, 'sse', 1))).toEqual(chunksOf(whole));
  });

  it.each(complete)('$name states the usage that was stated, and no other', (recorded) => {
    const stated = Object.fromEntries(
      recorded.events.flatMap((event) => (event.type === 'usage' ? Object.entries(event.usage) : [])),
    );
    const usage = folded(recorded).usageMetadata ?? {};
    const prompt = (stated.inputTokens ?? 0) + (stated.cacheReadTokens ?? 0) + (stated.cacheWriteTokens ?? 0);
    expect(usage.promptTokenCount).toBe(stated.inputTokens === undefined ? undefined : prompt);
    expect(usage.thoughtsTokenCount).toBe(stated.thoughtTokens);
    const output = (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0);
    if (stated.outputTokens !== undefined) expect(output).toBe(stated.outputTokens);
    else expect(usage.candidatesTokenCount).toBeUndefined();
  });

  it.each(broken)('$name, which broke, closes with an error and without a finish reason', ({ events, model }) => {
    for (const framing of ['sse', 'json-array'] as const) {
      const writer = writeGeminiForeignEvents(framing, optionsFor(model));
      const out: Uint8Array[] = [writer.start()];
      writer.events(events, out);
      out.push(writer.failure({ kind: 'upstream-error', message: 'it broke' }));
      expect(checkGeminiStream(Buffer.concat(out).toString())).toEqual([]);
    }
  });
});
