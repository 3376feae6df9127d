/** What one event costs in this process: a Gemini answer told to an Anthropic client, beside the same answer forwarded to a Gemini client. */

import type { StreamEvent } from '../../src/model/events.ts';
import type { Frame } from '../../src/model/wire.ts';
import { writeAnthropicForeignEvents } from '../../src/protocols/anthropic/write-foreign-events.ts';
import { readGeminiEvents } from '../../src/protocols/gemini/read-events.ts';
import { writeGeminiEvents } from '../../src/protocols/gemini/write-events.ts';
import { createFramer } from '../../src/protocols/sse/framer.ts';
import { eventsPerStream } from '../answers.ts';
import { geminiEvents } from './answers.ts';
import { foreignOptions } from './options.ts';

/** Nanoseconds of processor time for one event, one value per round. */
export type PerEvent = Readonly<Record<string, readonly number[]>>;

export const forwardedName = 'forwarded in its own dialect';

type Telling = (chunks: readonly Uint8Array[]) => number;

const tellings: Readonly<Record<string, Telling>> = {
  'read only (framer, reader)': (chunks) => tell(chunks, undefined),
  [forwardedName]: (chunks) => {
    const writer = writeGeminiEvents('sse');
    return tell(chunks, (frames, _events, out) => writer.frames(frames, out));
  },
  'translated for an Anthropic client': (chunks) => {
    const writer = writeAnthropicForeignEvents('sse', foreignOptions);
    return tell(chunks, (_frames, events, out) => writer.events(events, out));
  },
};

export function measurePerEvent(order: { readonly quick: boolean }): PerEvent {
  const plan = order.quick ? { rounds: 3, streams: 300 } : { rounds: 9, streams: 500 };
  const chunks = geminiEvents();
  const result: Record<string, number[]> = Object.fromEntries(Object.keys(tellings).map((name) => [name, []]));
  // The first round warms up and is not counted.
  for (let round = 0; round <= plan.rounds; round += 1) {
    for (const [name, telling] of Object.entries(tellings)) {
      const started = process.cpuUsage();
      let bytes = 0;
      for (let stream = 0; stream < plan.streams; stream += 1) bytes += telling(chunks);
      const { user, system } = process.cpuUsage(started);
      if (bytes === 0) throw new Error(`${name} did nothing`);
      if (round > 0) result[name]?.push(((user + system) * 1_000) / (plan.streams * eventsPerStream));
    }
  }
  return result;
}

type Write = (frames: readonly Frame[], events: readonly StreamEvent[], out: Uint8Array[]) => void;

/** As a stream passes: an event in each read. Returns how much came of it. */
function tell(chunks: readonly Uint8Array[], write: Write | undefined): number {
  const framer = createFramer();
  const reader = readGeminiEvents();
  const frames: Frame[] = [];
  const events: StreamEvent[] = [];
  const out: Uint8Array[] = [];
  let told = 0;
  for (const chunk of chunks) {
    framer.push(chunk, frames);
    for (const frame of frames) reader.push(frame, events);
    write?.(frames, events, out);
    told += write === undefined ? events.length : out.reduce((sum, bytes) => sum + bytes.length, 0);
    frames.length = 0;
    events.length = 0;
    out.length = 0;
  }
  return told;
}
