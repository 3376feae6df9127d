/** Real streams and requests, recorded elsewhere, for tests. They stay outside the project; without them the tests that need them are skipped visibly. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StreamEvent } from '../../model/events.ts';
import type { ClientRequest } from '../../model/request.ts';
import type { Frame, Machine } from '../../model/wire.ts';
import { createFramer } from '../sse/framer.ts';

export interface Recording {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly request: Record<string, unknown> | undefined;
  readonly status: string;
}

const fixtures = process.env.FIXTURES_DIR ?? '../shared/fixtures';

/** All cases of a protocol whose answer has this file. */
export function recordings(protocol: string, file: 'response.sse' | 'response.json'): Recording[] {
  const folder = join(fixtures, protocol);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name, file);
    if (!existsSync(path)) return [];
    const request = join(folder, name, 'request.json');
    const meta = JSON.parse(readFileSync(join(folder, name, 'meta.json'), 'utf8')) as { verify: { status: string } };
    return {
      name: `${protocol}/${name}`,
      bytes: readFileSync(path),
      request: existsSync(request) ? (JSON.parse(readFileSync(request, 'utf8')) as Record<string, unknown>) : undefined,
      status: meta.verify.status,
    };
  });
}

export function requests(protocol: string): { readonly name: string; readonly json: Record<string, unknown> }[] {
  const folder = join(fixtures, protocol);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name, 'request.json');
    return existsSync(path) ? { name, json: JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown> } : [];
  });
}

export function framesOf(chunks: readonly Uint8Array[]): Frame[] {
  const framer = createFramer();
  const frames: Frame[] = [];
  for (const chunk of chunks) framer.push(chunk, frames);
  framer.end(frames);
  return frames;
}

export function eventsOf(frames: readonly Frame[], reader: Machine<Frame, StreamEvent>): StreamEvent[] {
  const events: StreamEvent[] = [];
  for (const frame of frames) reader.push(frame, events);
  reader.end(events);
  return events;
}

export function sse(...events: readonly Record<string, unknown>[]): Buffer {
  return Buffer.from(
    events.map((event) => `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`).join(''),
  );
}

/** At every byte, one by one, and at the given places. */
export function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const inside = [...new Set(cuts)].filter((cut) => cut > 0 && cut < bytes.length).sort((a, b) => a - b);
  const starts = [0, ...inside];
  return starts.map((start, index) => bytes.subarray(start, starts[index + 1] ?? bytes.length));
}

export function requestOf(json: Record<string, unknown>): ClientRequest {
  return {
    protocol: 'openai-responses',
    operation: 'generate',
    model: String(json.model),
    framing: json.stream === true ? 'sse' : 'json',
    body: Buffer.from(JSON.stringify(json)),
    json,
    passHeaders: {},
  };
}
