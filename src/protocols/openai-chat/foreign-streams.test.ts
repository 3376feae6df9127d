/** Recorded streams of every other dialect, told to a client of this one. They stay outside the project and are skipped visibly when absent. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamEvent, Usage } from '../../model/events.ts';
import type { ForeignOptions } from '../../model/ports.ts';
import type { Frame, Machine } from '../../model/wire.ts';
import { readAnthropicEvents } from '../anthropic/read-events.ts';
import { readGeminiEvents } from '../gemini/read-events.ts';
import { readResponsesEvents } from '../openai-responses/read-events.ts';
import { foldChatForeign } from './fold-foreign.ts';
import { checkChatStream } from './grammar.testing.ts';
import { eventsOf, framesOf, recordedStreams, requestOf } from './streams.testing.ts';
import { writeChatForeignEvents } from './write-foreign-events.ts';

interface Foreign {
  readonly name: string;
  readonly events: readonly StreamEvent[];
}

const readers: readonly (readonly [protocol: string, read: () => Machine<Frame, StreamEvent>])[] = [
  ['anthropic', readAnthropicEvents],
  ['vertex-claude', readAnthropicEvents],
  ['gemini', readGeminiEvents],
  ['vertex-gemini', readGeminiEvents],
  ['openai-responses', readResponsesEvents],
];

const streams: readonly Foreign[] = readers.flatMap(([protocol, read]) =>
  recordedStreams(protocol)
    // Google sends arguments in pieces of its own form only to who asks for that, and a translated request does not.
    .filter(({ bytes }) => !bytes.includes('partialArgs'))
    .map(({ name, bytes }) => ({ name, events: eventsOf(framesOf([bytes]), read()) })),
);
/** Shaped by hand after a broken gateway: two answers in one stream. */
const isSpliced = ({ name }: Foreign): boolean => name.includes('spliced-message-start');
const complete = streams.filter((each) => each.events.at(-1)?.type === 'message-complete' && !isSpliced(each));
const broken = streams.filter(({ events }) => ['failure', 'cut', 'garbage'].includes(events.at(-1)?.type ?? ''));

const options: ForeignOptions = {
  answerId: '01TEST',
  model: 'gemini-3-pro',
  createdSeconds: 1_770_000_000,
  request: requestOf({ model: 'm', stream: true, stream_options: { include_usage: true }, messages: [] }),
};

function told(events: readonly StreamEvent[], at: readonly number[] = []): string {
  const writer = writeChatForeignEvents('sse', options);
  const out: Uint8Array[] = [writer.start()];
  const cuts = [0, ...at.toSorted((a, b) => a - b), events.length];
  for (const [n, cut] of cuts.slice(1).entries()) writer.events(events.slice(cuts[n], cut), out);
  writer.end(out);
  return Buffer.concat(out).toString();
}

/** What the events say, by the plainest possible reading. */
function said(events: readonly StreamEvent[]) {
  const usage: Usage = {};
  for (const event of events)
    if (event.type === 'usage')
      for (const [name, count] of Object.entries(event.usage)) usage[name as keyof Usage] = count;
  const pieces = (kind: string, index?: number): string =>
    events
      .flatMap((event) =>
        event.type === 'block-delta' && event.kind === kind && (index ?? event.index) === event.index ? event.text : [],
      )
      .join('');
  const calls = events.flatMap((event) =>
    event.type === 'block-start' && event.kind === 'tool-call'
      ? { name: event.name, input: `${event.argumentsJson ?? ''}${pieces('tool-arguments', event.index)}` || '{}' }
      : [],
  );
  const stop = events.flatMap((event) => (event.type === 'message-end' ? event.stop : [])).at(-1);
  const hasCode = events.some((event) => event.type === 'block-start' && event.code !== undefined);
  return { text: pieces('text'), thinking: pieces('thinking'), calls, stop, usage, hasCode };
}

const finishByStop: Record<string, string> = {
  natural: 'stop',
  tool: 'tool_calls',
  length: 'length',
  'stop-sequence': 'stop',
  refusal: 'content_filter',
  pause: 'stop',
  'context-full': 'length',
  other: 'stop',
};

interface Message {
  readonly content: string | null;
  readonly reasoning_content?: string;
  readonly tool_calls?: { function: { name: string; arguments: string } }[];
}
interface Document {
  readonly choices: { message: Message; finish_reason: string }[];
  readonly usage?: Record<string, unknown>;
}

function expectSame(document: Document, events: readonly StreamEvent[]): void {
  const plain = said(events);
  const { message, finish_reason: finish } = document.choices[0]!;
  if (!plain.hasCode) expect(message.content ?? '').toBe(plain.text);
  expect(message.reasoning_content ?? '').toBe(plain.thinking);
  const calls = (message.tool_calls ?? []).map((call) => ({
    name: call.function.name,
    input: call.function.arguments,
  }));
  expect(calls).toEqual(plain.calls);
  const expected = finishByStop[plain.stop ?? 'other'];
  expect(finish).toBe(
    expected === 'stop' && calls.length > 0
      ? 'tool_calls'
      : expected === 'tool_calls' && calls.length === 0
        ? 'stop'
        : expected,
  );
  const { inputTokens = 0, cacheReadTokens = 0, cacheWriteTokens = 0, outputTokens = 0 } = plain.usage;
  if (Object.keys(plain.usage).length === 0) expect(document.usage).toBeUndefined();
  else
    expect(document.usage).toMatchObject({
      prompt_tokens: inputTokens + cacheReadTokens + cacheWriteTokens,
      completion_tokens: outputTokens,
    });
}

describe.skipIf(streams.length === 0)('answers of other dialects, told as Chat Completions', () => {
  it('are there in number', () => {
    expect(complete.length).toBeGreaterThan(200);
    expect(broken.length).toBeGreaterThan(3);
  });

  it.for(complete)('$name: a legal stream that says the same, read back and folded', ({ events }) => {
    const text = told(events);
    expect(checkChatStream(text)).toEqual([]);
    const back = eventsOf(framesOf([Buffer.from(text)]));
    expect(back.at(-1)).toEqual({ type: 'message-complete' });
    const fold = foldChatForeign(options);
    for (const event of events) fold.see(event);
    const document = JSON.parse(fold.document()) as Document;
    expectSame(document, events);
    const [again, plain] = [said(back), said(events)];
    if (!plain.hasCode) expect(again.text).toBe(plain.text);
    expect(again.thinking).toBe(plain.thinking);
    expect(again.calls).toEqual(plain.calls);
    expect(again.usage.outputTokens).toBe(plain.usage.outputTokens);
  });

  it('say the same however the events are bundled', () => {
    fc.assert(
      fc.property(fc.constantFrom(...complete), fc.array(fc.nat(), { maxLength: 12 }), ({ events }, places) => {
        expect(
          told(
            events,
            places.map((place) => place % (events.length + 1)),
          ),
        ).toBe(told(events));
      }),
      { numRuns: 150 },
    );
  });

  it.for(broken)('$name: never says success', ({ events }) => {
    const writer = writeChatForeignEvents('sse', options);
    const out: Uint8Array[] = [];
    writer.events(events, out);
    out.push(writer.failure({ kind: 'upstream-error', message: 'stream disconnected before completion' }));
    const text = Buffer.concat(out).toString();
    expect(checkChatStream(text)).toEqual([]);
    expect(text).not.toContain('[DONE]');
    expect(text).not.toContain('"usage":{');
  });
});
