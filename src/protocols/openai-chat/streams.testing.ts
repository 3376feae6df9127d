/** Recorded streams, ways to cut them, and what the stages of this dialect make of them. Recordings stay outside the project. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StreamEvent } from '../../model/events.ts';
import type { ClientRequest } from '../../model/request.ts';
import type { Frame, Machine } from '../../model/wire.ts';
import { createFramer } from '../sse/framer.ts';
import { readChatEvents } from './read-events.ts';

export const fixtures = process.env.FIXTURES_DIR ?? '../shared/fixtures';

export interface Recording {
  readonly name: string;
  readonly bytes: Buffer;
  readonly status: string;
}

export function recordedStreams(protocol: string): Recording[] {
  return casesOf(protocol).flatMap(({ name, folder }) => {
    const file = join(folder, 'response.sse');
    if (!existsSync(file)) return [];
    const meta = JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8')) as { verify: { status: string } };
    return [{ name: `${protocol}/${name}`, bytes: readFileSync(file), status: meta.verify.status }];
  });
}

/** The JSON files of this name, by case. */
export function recordedJson(
  protocol: string,
  file: 'request.json' | 'response.json',
): { name: string; json: Record<string, unknown> }[] {
  return casesOf(protocol).flatMap(({ name, folder }) => {
    const path = join(folder, file);
    if (!existsSync(path)) return [];
    return [{ name: `${protocol}/${name}`, json: JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown> }];
  });
}

function casesOf(protocol: string): { name: string; folder: string }[] {
  const folder = join(fixtures, protocol);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => ({ name, folder: join(folder, name) }));
}

export function framesOf(chunks: readonly Uint8Array[]): Frame[] {
  const framer = createFramer();
  const frames: Frame[] = [];
  for (const chunk of chunks) framer.push(chunk, frames);
  framer.end(frames);
  return frames;
}

export function eventsOf(
  frames: readonly Frame[],
  reader: Machine<Frame, StreamEvent> = readChatEvents(),
): StreamEvent[] {
  const events: StreamEvent[] = [];
  for (const frame of frames) reader.push(frame, events);
  reader.end(events);
  return events;
}

/** The events of these data lines, each an event of its own; objects are written as JSON. */
export function eventsOfData(...data: readonly unknown[]): StreamEvent[] {
  const text = data.map((each) => `data: ${typeof each === 'string' ? each : JSON.stringify(each)}\n\n`).join('');
  return eventsOf(framesOf([Buffer.from(text)]));
}

/** One chunk with one choice. */
export function chunk(delta: unknown, finish: string | null = null, more: object = {}): object {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...more,
  };
}

/** Id, name and whole arguments of each tool call. */
export function callsOf(events: readonly StreamEvent[]) {
  return events.flatMap((event) => {
    if (event.type !== 'block-start' || event.kind !== 'tool-call') return [];
    const pieces = events.flatMap((each) =>
      each.type === 'block-delta' && each.kind === 'tool-arguments' && each.index === event.index ? each.text : [],
    );
    return [[event.id, event.name, pieces.join('')]];
  });
}

export function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const inside = [...new Set(cuts)].filter((cut) => cut > 0 && cut < bytes.length).sort((a, b) => a - b);
  const starts = [0, ...inside];
  return starts.map((start, index) => bytes.subarray(start, starts[index + 1] ?? bytes.length));
}

/** Where each frame ends. */
export function boundaries(bytes: Uint8Array): number[] {
  let end = 0;
  return framesOf([bytes]).map((frame) => {
    end += frame.raw.length;
    return end;
  });
}

export function requestOf(json: Record<string, unknown>): ClientRequest {
  return {
    protocol: 'openai-chat',
    operation: 'generate',
    model: String(json.model),
    framing: json.stream === true ? 'sse' : 'json',
    body: Buffer.from(JSON.stringify(json)),
    json,
    passHeaders: {},
  };
}

/** Blocks that begin before the one before them has ended, or go on after their end. */
export function overlaps(events: readonly StreamEvent[]): string[] {
  const faults: string[] = [];
  let open: number | undefined;
  for (const event of events) {
    if (event.type === 'block-start') {
      if (open !== undefined) faults.push(`${event.index} begins inside ${open}`);
      open = event.index;
    } else if (event.type === 'block-delta' || event.type === 'block-signature') {
      if (event.index !== open) faults.push(`${event.index} goes on while ${open} is open`);
    } else if (event.type === 'block-end') {
      if (event.index !== open) faults.push(`${event.index} ends while ${open} is open`);
      open = undefined;
    } else if (event.type === 'message-complete' && open !== undefined) faults.push(`${open} never ends`);
  }
  return faults;
}
