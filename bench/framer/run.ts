/**
 * What reading an event stream costs in this process: our framer, the framer with the reader of events, and with the writer, beside
 * `eventsource-parser` on the same bytes. The parser reads text, so its decoding from bytes belongs to it.
 */

import { createParser } from 'eventsource-parser';
import type { StreamEvent } from '../../src/model/events.ts';
import type { Frame } from '../../src/model/wire.ts';
import { readAnthropicEvents } from '../../src/protocols/anthropic/read-events.ts';
import { writeAnthropicEvents } from '../../src/protocols/anthropic/write-events.ts';
import { createFramer } from '../../src/protocols/sse/framer.ts';
import { answerEvents, eventsPerStream } from '../answers.ts';

/** Reads one stream and says how many events it saw. */
type Reading = (chunks: readonly Uint8Array[]) => number;

export interface FramerReport {
  readonly names: readonly string[];
  /** Nanoseconds of processor time for one event, one value per round: an event in each chunk, and chunks of 16 KiB. */
  readonly perEvent: Readonly<Record<string, readonly number[]>>;
  readonly perEventInLargeChunks: Readonly<Record<string, readonly number[]>>;
}

export const parserName = 'eventsource-parser';

const readings: Readonly<Record<string, Reading>> = {
  [parserName]: (chunks) => parse(chunks, () => undefined),
  'eventsource-parser + JSON.parse': (chunks) => parse(chunks, (data) => void JSON.parse(data)),
  framer: frameOnly,
  'framer + reader': (chunks) => read(chunks, false),
  'framer + reader + writer': (chunks) => read(chunks, true),
};

const largeChunkBytes = 16 * 1024;

export function runFramer(order: { readonly quick: boolean }): FramerReport {
  const plan = order.quick ? { rounds: 3, streams: 300 } : { rounds: 9, streams: 500 };
  const events = answerEvents();
  const names = Object.keys(readings);
  return {
    names,
    perEvent: measure([...events], plan),
    perEventInLargeChunks: measure(cut(Buffer.concat([...events]), largeChunkBytes), plan),
  };
}

function measure(
  chunks: readonly Uint8Array[],
  plan: { readonly rounds: number; readonly streams: number },
): Record<string, number[]> {
  const result: Record<string, number[]> = {};
  // The first round warms up and is not counted.
  for (let round = 0; round <= plan.rounds; round += 1) {
    for (const [name, reading] of Object.entries(readings)) {
      const started = process.cpuUsage();
      let seen = 0;
      for (let stream = 0; stream < plan.streams; stream += 1) seen += reading(chunks);
      const { user, system } = process.cpuUsage(started);
      if (seen !== plan.streams * eventsPerStream) throw new Error(`${name} saw ${seen} events`);
      const series = result[name] ?? [];
      result[name] = series;
      if (round > 0) series.push(((user + system) * 1_000) / seen);
    }
  }
  return result;
}

function parse(chunks: readonly Uint8Array[], see: (data: string) => void): number {
  let events = 0;
  const decoder = new TextDecoder();
  const parser = createParser({
    onEvent: ({ data }) => {
      events += 1;
      see(data);
    },
  });
  for (const chunk of chunks) parser.feed(decoder.decode(chunk, { stream: true }));
  return events;
}

function frameOnly(chunks: readonly Uint8Array[]): number {
  const framer = createFramer();
  const frames: Frame[] = [];
  let events = 0;
  for (const chunk of chunks) {
    framer.push(chunk, frames);
    events += frames.length;
    frames.length = 0;
  }
  return events;
}

function read(chunks: readonly Uint8Array[], writes: boolean): number {
  const framer = createFramer();
  const reader = readAnthropicEvents();
  const writer = writeAnthropicEvents('bench');
  const frames: Frame[] = [];
  const events: StreamEvent[] = [];
  const out: Uint8Array[] = [];
  let seen = 0;
  for (const chunk of chunks) {
    framer.push(chunk, frames);
    for (const frame of frames) {
      events.length = 0;
      reader.push(frame, events);
    }
    seen += frames.length;
    if (writes) {
      writer.frames(frames, out);
      out.length = 0;
    }
    frames.length = 0;
  }
  return seen;
}

function cut(bytes: Buffer, size: number): readonly Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
  return chunks;
}
