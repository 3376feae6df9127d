/** Recorded requests of every dialect, written for Gemini; recorded Gemini requests read and written again; signatures on a way there and back. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Capabilities, Conversation, Part } from '../../model/conversation.ts';
import type { StreamEvent } from '../../model/events.ts';
import type { ClientRequest, Problem, Protocol } from '../../model/request.ts';
import { placeholderSignatures } from '../../model/signature-words.ts';
import type { Frame } from '../../model/wire.ts';
import { readAnthropicConversation } from '../anthropic/read-conversation.ts';
import { readAnthropicEvents } from '../anthropic/read-events.ts';
import { readChatConversation } from '../openai-chat/read-conversation.ts';
import { readResponsesConversation } from '../openai-responses/read-conversation.ts';
import { createFramer } from '../sse/framer.ts';
import { foldGeminiForeign } from './fold-foreign.ts';
import { checkGeminiRequest } from './grammar.testing.ts';
import { geminiLoss } from './losses.ts';
import { readGeminiConversation } from './read-conversation.ts';
import { isObject } from './shapes.ts';
import { writeGeminiConversation } from './write-conversation.ts';
import type { GeminiTarget } from './write-conversation-draft.ts';

const fixtures = process.env.FIXTURES_DIR ?? '../shared/fixtures';
const isPresent = existsSync(join(fixtures, 'anthropic'));

const capabilities: Capabilities = {
  thinking: 'level',
  levels: ['minimal', 'low', 'medium', 'high'],
  canTurnOff: false,
  prefill: true,
  sampling: true,
  forcedTools: true,
  demandsSignature: true,
  callIds: true,
};
const strict: GeminiTarget = { model: 'gemini-3-flash', stream: true, capabilities, operation: 'generate' };
const early: Capabilities = { ...capabilities, thinking: 'budget', demandsSignature: false, callIds: false };
const old: GeminiTarget = { ...strict, model: 'gemini-2.5-flash', capabilities: early };

type Read = (request: ClientRequest) => { conversation: Conversation } | { problem: Problem };

const dialects: readonly (readonly [folder: string, protocol: Protocol, read: Read])[] = [
  ['anthropic', 'anthropic', readAnthropicConversation],
  ['vertex-claude', 'anthropic', readAnthropicConversation],
  ['openai-chat', 'openai-chat', readChatConversation],
  ['openai-responses', 'openai-responses', readResponsesConversation],
  ['gemini', 'gemini', readGeminiConversation],
  ['vertex-gemini', 'gemini', readGeminiConversation],
];

interface Case {
  readonly name: string;
  readonly request: ClientRequest;
  readonly read: Read;
}

const cases: readonly Case[] = isPresent ? dialects.flatMap(casesOf) : [];

function casesOf([folder, protocol, read]: (typeof dialects)[number]): Case[] {
  return readdirSync(join(fixtures, folder)).flatMap((name): Case[] => {
    const file = join(fixtures, folder, name, 'request.json');
    if (!existsSync(file)) return [];
    const body = readFileSync(file);
    const json = JSON.parse(body.toString());
    // Embeddings are none of this.
    if (!isObject(json) || (protocol === 'gemini' && json.contents === undefined)) return [];
    const request = { protocol, operation: 'generate' as const, model: 'm', framing: 'sse' as const, body, json };
    return [{ name: `${folder}/${name}`, request: { ...request, passHeaders: {} }, read }];
  });
}

describe.skipIf(!isPresent)('recorded requests', () => {
  it('are there', () => {
    expect(cases.length).toBeGreaterThan(350);
  });

  it.each(cases)('$name is written as Gemini takes it, or refused by name', ({ request, read }) => {
    const result = read(request);
    if ('problem' in result) return;
    for (const target of [old, strict, { ...old, usesJsonSchema: false }]) {
      const written = writeGeminiConversation(result.conversation, target);
      if ('problem' in written) {
        expect(written.problem.kind).toBe('bad-request');
        expect(written.problem.message).toContain(target.model);
        continue;
      }
      const text = new TextDecoder().decode(written.body);
      expect(checkGeminiRequest(JSON.parse(text))).toEqual([]);
      const again = writeGeminiConversation(result.conversation, target);
      expect('body' in again && new TextDecoder().decode(again.body)).toBe(text);
    }
  });

  it.each(cases)('$name loses no text of what was said', ({ request, read }) => {
    const result = read(request);
    if ('problem' in result) return;
    const written = writeGeminiConversation(result.conversation, strict);
    if ('problem' in written) return;
    const strings = new Set(stringsIn(JSON.parse(new TextDecoder().decode(written.body))));
    const all = [...strings].join('\n');
    for (const part of [...result.conversation.system, ...result.conversation.turns.flatMap((turn) => turn.parts)]) {
      if (part.type === 'text' || part.type === 'thinking') expect(all).toContain(part.text);
      if (part.type === 'tool-call') expect(strings).toContain(part.name);
      if (part.type === 'tool-result')
        for (const inner of part.parts) if (inner.type === 'text') expectSaid(inner, part, all);
    }
  });

  it.each(cases.filter(({ request }) => request.protocol === 'gemini'))(
    '$name, read and written, is read the same again',
    ({ request }) => {
      const first = readGeminiConversation(request);
      if ('problem' in first) return;
      const written = writeGeminiConversation(first.conversation, {
        ...strict,
        capabilities: { ...capabilities, demandsSignature: false },
      });
      if ('problem' in written || written.losses.includes(geminiLoss('result-media-beside'))) return;
      const json = JSON.parse(new TextDecoder().decode(written.body));
      const second = readGeminiConversation({ ...request, body: written.body, json });
      if ('problem' in second) throw new Error(second.problem.message);
      expect(comparable(second.conversation)).toEqual(comparable(first.conversation));
    },
  );
});

/** A structured result is written as it came, not as the text made of it. */
function expectSaid(
  inner: Extract<Part, { type: 'text' }>,
  result: Extract<Part, { type: 'tool-result' }>,
  all: string,
): void {
  if (result.json === undefined) expect(all).toContain(inner.text);
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(stringsIn);
  return isObject(value) ? Object.values(value).flatMap(stringsIn) : [];
}

function withoutStandIn(part: Part): Part {
  if (!('signature' in part) || !placeholderSignatures.has(part.signature?.signature ?? '')) return part;
  const { signature: _standIn, ...rest } = part;
  return rest;
}

/** The table of what may differ: functions stand before Google's own tools, stand-ins sign nothing, budgets become levels, text documents text, the unknown members of the rest are lost, turns of one role merge. */
function comparable({ thinking: _thinking, rest: _rest, turns, tools, ...conversation }: Conversation): unknown {
  const merged: { role: string; parts: Part[] }[] = [];
  for (const { role, parts } of turns) {
    const plain = parts.map((whole): Part => {
      const part = withoutStandIn(whole);
      if (part.type !== 'media' || part.data === undefined || !part.mimeType?.startsWith('text/')) return part;
      return { type: 'text', text: Buffer.from(part.data, 'base64').toString() };
    });
    if (merged.at(-1)?.role === role) merged.at(-1)!.parts.push(...plain);
    else merged.push({ role, parts: [...plain] });
  }
  return { ...conversation, tools: tools.toSorted((a, b) => a.type.localeCompare(b.type)), turns: merged };
}

describe.skipIf(!isPresent)('thinking of Claude', () => {
  const streams = isPresent
    ? readdirSync(join(fixtures, 'anthropic')).filter((name) => /^stream-.*(thinking)/.test(name))
    : [];

  function answerOf(name: string): {
    events: StreamEvent[];
    content: { role: string; parts: Record<string, unknown>[] };
  } {
    const framer = createFramer();
    const frames: Frame[] = [];
    framer.push(readFileSync(join(fixtures, 'anthropic', name, 'response.sse')), frames);
    const reader = readAnthropicEvents();
    const events: StreamEvent[] = [];
    for (const frame of frames) reader.push(frame, events);
    const request = cases[0]!.request;
    const fold = foldGeminiForeign({ answerId: 'a', model: 'claude-opus-5', createdSeconds: 1, request });
    for (const event of events) fold.see(event);
    return { events, content: JSON.parse(fold.document()).candidates[0].content };
  }

  function historyOf(content: unknown): readonly Part[] {
    const json = { contents: [{ role: 'user', parts: [{ text: 'x' }] }, content] };
    const body = new TextEncoder().encode(JSON.stringify(json));
    const read = readGeminiConversation({ ...cases[0]!.request, protocol: 'gemini', body, json });
    if ('problem' in read) throw new Error(read.problem.message);
    return read.conversation.turns[1]?.parts ?? [];
  }

  function thoughtsSaid(events: readonly StreamEvent[]) {
    const kinds = new Map(events.flatMap((event) => (event.type === 'block-start' ? [[event.index, event.kind]] : [])));
    return events.flatMap((event) => {
      if (event.type !== 'block-signature' || event.signature === '') return [];
      const text = events.filter(
        (each) => each.type === 'block-delta' && each.index === event.index && each.kind === 'thinking',
      );
      const isRedacted = kinds.get(event.index) === 'redacted-thinking';
      return [
        {
          isRedacted,
          signature: event.signature,
          text: text.map((each) => ('text' in each ? each.text : '')).join(''),
        },
      ];
    });
  }

  function thoughtsRead(parts: readonly Part[]) {
    return parts.flatMap((part) => {
      if (part.type === 'redacted-thinking') return [{ isRedacted: true, signature: part.data, text: '' }];
      if (part.type !== 'thinking' || part.signature === undefined) return [];
      expect(part.signature.family).toBe('claude');
      return [{ isRedacted: false, signature: part.signature.signature, text: part.text }];
    });
  }

  it('was recorded', () => {
    expect(streams.length).toBeGreaterThan(10);
  });

  it.each(streams)('of %s comes back from a Gemini client byte for byte', (name) => {
    const { events, content } = answerOf(name);
    expect(thoughtsRead(historyOf(content))).toEqual(thoughtsSaid(events));
  });

  it.each(streams)('of %s comes back from a client that drops thoughts, as far as it showed no text', (name) => {
    const { events, content } = answerOf(name);
    const kept = { ...content, parts: content.parts.filter((part) => part.thought !== true) };
    expect(thoughtsRead(historyOf(kept))).toEqual(thoughtsSaid(events).filter(({ text }) => text === ''));
  });
});
