/** Real Anthropic and Vertex AI streams, recorded elsewhere, cut in every way. They stay outside the project and are skipped visibly when absent. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../model/events.ts';
import type { Frame } from '../../model/wire.ts';
import { createFramer } from '../sse/framer.ts';
import { foldAnthropicAnswer } from './fold-answer.ts';
import { readAnthropicEvents } from './read-events.ts';
import { writeAnthropicEvents } from './write-events.ts';

interface Recording {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const fixtures = process.env.FIXTURES_DIR ?? '../shared/fixtures';
const recordings = ['anthropic', 'vertex-claude'].flatMap(completeStreams);
const absent = recordings.length === 0;
/** Shaped by hand after a broken gateway: the official SDK refuses a second start. */
const twoStarts = /duplicate-message-start|spliced-message-start/;

function completeStreams(protocol: string): Recording[] {
  const folder = join(fixtures, protocol);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const file = join(folder, name, 'response.sse');
    if (!existsSync(file)) return [];
    const meta = JSON.parse(readFileSync(join(folder, name, 'meta.json'), 'utf8')) as { verify: { status: string } };
    return meta.verify.status === 'COMPLETE' ? [{ name: `${protocol}/${name}`, bytes: readFileSync(file) }] : [];
  });
}

function framesOf(chunks: readonly Uint8Array[]): Frame[] {
  const framer = createFramer();
  const frames: Frame[] = [];
  for (const chunk of chunks) framer.push(chunk, frames);
  framer.end(frames);
  return frames;
}

function eventsOf(frames: readonly Frame[]): StreamEvent[] {
  const reader = readAnthropicEvents();
  const events: StreamEvent[] = [];
  for (const frame of frames) reader.push(frame, events);
  reader.end(events);
  return events;
}

function written(frames: readonly Frame[], early = false): Buffer {
  const writer = writeAnthropicEvents('01TEST');
  const out: Uint8Array[] = early ? [writer.start('some-model')] : [];
  writer.frames(frames, out);
  // An answer that is not complete is never ended.
  if (eventsOf(frames).at(-1)?.type === 'message-complete') writer.end(out);
  return Buffer.concat(out);
}

function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const inside = [...new Set(cuts)].filter((cut) => cut > 0 && cut < bytes.length).sort((a, b) => a - b);
  const starts = [0, ...inside];
  return starts.map((start, index) => bytes.subarray(start, starts[index + 1] ?? bytes.length));
}

function boundaries(bytes: Uint8Array): number[] {
  let end = 0;
  return framesOf([bytes]).map((frame) => {
    end += frame.raw.length;
    return end;
  });
}

/** The position after which nothing of the answer is missing but line ends. */
function completeFrom(bytes: Uint8Array): number {
  const text = Buffer.from(bytes);
  return text.indexOf('}', text.indexOf('event: message_stop')) + 1;
}

describe.skipIf(absent)('recorded Anthropic streams', () => {
  it('are there in number', () => {
    expect(recordings.length).toBeGreaterThan(90);
  });

  it.for(recordings)('passes $name through byte for byte, with the same events, however it is chunked', ({ bytes }) => {
    const whole = eventsOf(framesOf([bytes]));
    const ends = boundaries(bytes);
    const chunkings = [-1, 0, 1].map((shift) =>
      cutAt(
        bytes,
        ends.map((end) => end + shift),
      ),
    );
    chunkings.push(cutAt(bytes, Array.from(bytes.keys())));
    for (const chunks of chunkings) {
      const frames = framesOf(chunks);
      expect(written(frames).equals(bytes)).toBe(true);
      expect(eventsOf(frames)).toEqual(whole);
    }
    expect(whole.at(-1)).toEqual({ type: 'message-complete' });
    expect(whole.filter((event) => event.type === 'message-end')).toHaveLength(1);
    expect(whole.filter((event) => ['garbage', 'failure', 'cut', 'unknown'].includes(event.type))).toEqual([]);
  });

  it('pass through byte for byte, with the same events, under any random chunking', () => {
    const stream = fc.constantFrom(...recordings);
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 40 }), ({ bytes }, places) => {
        const frames = framesOf(
          cutAt(
            bytes,
            places.map((place) => place % bytes.length),
          ),
        );
        expect(written(frames).equals(bytes)).toBe(true);
        expect(eventsOf(frames)).toEqual(eventsOf(framesOf([bytes])));
      }),
      { numRuns: 200 },
    );
  });

  it.for(recordings)('calls $name cut wherever it breaks off', ({ bytes }) => {
    const whole = completeFrom(bytes);
    let start = 0;
    const ends = boundaries(bytes);
    for (const end of ends) {
      const middle = (start + end) >> 1;
      // Every cut reads the stream from its start: a long one is not cut at every place.
      for (const length of ends.length > 300 ? [middle, end] : [start + 1, middle, end - 2, end - 1, end]) {
        const frames = framesOf([bytes.subarray(0, length)]);
        const last = eventsOf(frames).at(-1)?.type;
        expect(last, `after ${length} of ${bytes.length} bytes`).toBe(length < whole ? 'cut' : 'message-complete');
        const out = written(frames);
        expect(length < bytes.length ? out.includes('message_stop"') : false).toBe(
          length >= whole && length < bytes.length,
        );
        expect(out.length === 0 || out.subarray(-2).toString() === '\n\n').toBe(true);
      }
      start = end;
    }
  });

  it.for(recordings.filter(({ name }) => !twoStarts.test(name)))(
    'folds $name into the message that the official SDK makes of it',
    async ({ bytes }) => {
      const folded = fold(framesOf([bytes]));
      await expectSameMessage(folded, await sdkMessage(bytes));
    },
  );

  it.for(recordings.filter(({ name }) => !twoStarts.test(name)))(
    'gives a client of $name the same message when its stream was opened early',
    async ({ bytes }) => {
      const early = await sdkMessage(written(framesOf([bytes]), true));
      const plain = await sdkMessage(bytes);
      expect(early.content).toEqual(plain.content);
      expect(early.id).toBe('msg_01TEST');
      expect(early.stop_reason).toBe(plain.stop_reason);
      for (const [name, value] of Object.entries(plain.usage)) {
        // The SDK takes from message_delta only what it knows.
        if (value !== null && name in sdkUsage) expect(early.usage).toHaveProperty(name, value);
      }
    },
  );

  it.for(recordings.filter(({ name }) => twoStarts.test(name)))(
    'folds $name from its last start',
    async ({ bytes }) => {
      await expect(sdkMessage(bytes)).rejects.toThrow('Unexpected event order');
      const text = Buffer.from(bytes).toString();
      const last = text.slice(text.lastIndexOf('event: message_start'));
      expect(fold(framesOf([bytes]))).toEqual(fold(framesOf([Buffer.from(last)])));
    },
  );
});

const sdkUsage = {
  input_tokens: 0,
  output_tokens: 0,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  server_tool_use: 0,
  iterations: 0,
  output_tokens_details: 0,
};

type SdkMessage = Awaited<ReturnType<ReturnType<Anthropic['beta']['messages']['stream']>['finalMessage']>>;

/** Without what a gateway put after the end: the SDK fails on a `[DONE]`. */
async function sdkMessage(stream: Uint8Array): Promise<SdkMessage> {
  const bytes = stream.subarray(0, completeFrom(stream) + 2);
  const client = new Anthropic({
    apiKey: 'none',
    maxRetries: 0,
    fetch: async () => new Response(Buffer.from(bytes), { headers: { 'content-type': 'text/event-stream' } }),
  });
  return await client.beta.messages
    .stream({ model: 'some-model', max_tokens: 1, messages: [{ role: 'user', content: 'x' }] })
    .finalMessage();
}

function fold(frames: readonly Frame[]): Record<string, unknown> {
  const fold = foldAnthropicAnswer();
  for (const frame of frames) fold.push(frame);
  return JSON.parse(fold.document()) as Record<string, unknown>;
}

/** The SDK puts `stop_details: undefined` where nothing was said, and drops fields of usage that it does not know. */
async function expectSameMessage(folded: Record<string, unknown>, sdk: SdkMessage): Promise<void> {
  const { usage: foldedUsage, ...ours } = folded;
  const { usage: sdkUsed, ...theirs } = JSON.parse(JSON.stringify(sdk)) as Record<string, unknown>;
  const { context_management: _ours, ...oursKnown } = ours;
  const { context_management: _theirs, parsed_output: _parsed, ...theirsKnown } = theirs;
  expect(withoutNull(oursKnown)).toEqual(withoutNull(theirsKnown));
  expect(withoutNull(foldedUsage)).toMatchObject(withoutNull(sdkUsed));
}

function withoutNull(value: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value as object).filter(([, field]) => field !== null));
}
