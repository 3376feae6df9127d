/** Every recorded stream of another dialect, told to a Responses client: legal, and the same as the recording says. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamEvent, Usage } from '../../model/events.ts';
import type { ForeignOptions } from '../../model/ports.ts';
import { readAnthropicEvents } from '../anthropic/read-events.ts';
import { readGeminiEvents } from '../gemini/read-events.ts';
import { readChatEvents } from '../openai-chat/read-events.ts';
import { foldResponsesForeign } from './fold-foreign.ts';
import { checkResponsesStream } from './grammar.testing.ts';
import { readResponsesEvents } from './read-events.ts';
import { eventsOf, framesOf, recordings, requestOf } from './recordings.testing.ts';
import { writeResponsesForeignEvents } from './write-foreign-events.ts';

const readers = {
  anthropic: readAnthropicEvents,
  'vertex-claude': readAnthropicEvents,
  gemini: readGeminiEvents,
  'vertex-gemini': readGeminiEvents,
  'openai-chat': readChatEvents,
} as const;

const streams = Object.entries(readers).flatMap(([protocol, reader]) =>
  recordings(protocol, 'response.sse').map(({ name, bytes }) => ({
    name,
    events: eventsOf(framesOf([bytes]), reader()),
  })),
);
const whole = streams.filter(({ events }) => events.at(-1)?.type === 'message-complete');

const options: ForeignOptions = {
  answerId: '01TEST',
  model: 'gemini-3-flash',
  createdSeconds: 1_700_000_000,
  request: requestOf({ model: 'gpt-5', input: 'x', stream: true, metadata: { a: 'b' } }),
};

function written(batches: readonly (readonly StreamEvent[])[]): string {
  const writer = writeResponsesForeignEvents('sse', options);
  const out: Uint8Array[] = [];
  for (const events of batches) writer.events(events, out);
  writer.end(out);
  return Buffer.concat(out).toString();
}

function readBack(text: string): StreamEvent[] {
  return eventsOf(framesOf([Buffer.from(text)]), readResponsesEvents());
}

function saidBy(events: readonly StreamEvent[], kind: string): string {
  return events.map((event) => (event.type === 'block-delta' && event.kind === kind ? event.text : '')).join('');
}

function callsOf(events: readonly StreamEvent[]) {
  const calls = events.filter((event) => event.type === 'block-start').filter(({ kind }) => kind === 'tool-call');
  return calls.map(({ index, name, argumentsJson }) => {
    const deltas = events.map((event) =>
      event.type === 'block-delta' && event.index === index && event.kind === 'tool-arguments' ? event.text : '',
    );
    const text = deltas.join('') || (argumentsJson ?? '{}');
    return { name, arguments: text };
  });
}

function usageOf(events: readonly StreamEvent[]): Usage {
  const usage: Usage = {};
  for (const event of events) if (event.type === 'usage') Object.assign(usage, event.usage);
  return usage;
}

function stopOf(events: readonly StreamEvent[]) {
  return events.findLast((event) => event.type === 'message-end')?.stop;
}

const endings: Readonly<Record<string, string>> = { length: 'length', 'context-full': 'length', refusal: 'refusal' };

describe.skipIf(streams.length === 0)('a recorded stream of another dialect', () => {
  it('is there to be told', () => {
    expect(whole.length).toBeGreaterThan(150);
  });

  it.each(whole)('$name is told legally', ({ events }) => {
    expect(checkResponsesStream(written([events]))).toEqual([]);
  });

  it.each(whole.filter(({ name }) => !name.includes('spliced')))('$name is told as it was said', ({ events }) => {
    const back = readBack(written([events]));
    expect(saidBy(back, 'text')).toBe(saidBy(events, 'text'));
    expect(saidBy(back, 'thinking')).toBe(saidBy(events, 'thinking'));
    expect(callsOf(back)).toEqual(callsOf(events));
    const stop = stopOf(events) ?? 'natural';
    const expected = endings[stop] ?? (callsOf(events).length > 0 ? 'tool' : 'natural');
    expect(stopOf(back)).toBe(expected);
    const [told, stated] = [usageOf(back), usageOf(events)];
    for (const [name, count] of Object.entries(stated)) expect(told[name as keyof Usage], name).toBe(count);
  });

  it.each(whole)('$name, collected, is the response it ends with when streamed', ({ events }) => {
    const fold = foldResponsesForeign(options);
    for (const event of events) fold.see(event);
    const last = written([events]).trimEnd().split('\n').at(-1)?.slice('data: '.length) ?? '';
    expect(JSON.parse(fold.document())).toEqual((JSON.parse(last) as { response: unknown }).response);
  });

  it('is told the same whichever events come together', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...whole).chain(({ events }) => fc.tuple(fc.constant(events), fc.array(fc.nat(events.length)))),
        ([events, cuts]) => {
          const places = [0, ...cuts.sort((a, b) => a - b)];
          const batches = places.map((place, at) => events.slice(place, places[at + 1] ?? events.length));
          expect(written(batches)).toBe(written([events]));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('fails legally wherever it is cut, and never says success', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...whole).chain(({ events }) => fc.tuple(fc.constant(events), fc.nat(events.length - 1))),
        ([events, kept]) => {
          const writer = writeResponsesForeignEvents('sse', options);
          const out: Uint8Array[] = [];
          writer.events(events.slice(0, kept), out);
          out.push(writer.keepalive(), writer.failure({ kind: 'timeout', message: 'it stalled' }));
          const text = Buffer.concat(out).toString();
          expect(checkResponsesStream(text)).toEqual([]);
          expect(text).not.toMatch(/event: response\.(completed|incomplete)/);
        },
      ),
      { numRuns: 100 },
    );
  });
});
