/** What the gateway does to an answer, without the gateway: framer, reader of the upstream's dialect, writer or fold of the client's. */

import type { StreamEvent } from '../../src/model/events.ts';
import type { ForeignOptions } from '../../src/model/ports.ts';
import type { ClientRequest, Framing, Protocol } from '../../src/model/request.ts';
import type { Frame, Machine } from '../../src/model/wire.ts';
import { readAnthropicEvents } from '../../src/protocols/anthropic/read-events.ts';
import { DIALECTS } from '../../src/protocols/dialects.ts';
import { readGeminiEvents } from '../../src/protocols/gemini/read-events.ts';
import { readChatEvents } from '../../src/protocols/openai-chat/read-events.ts';
import { readResponsesEvents } from '../../src/protocols/openai-responses/read-events.ts';
import { createFramer } from '../../src/protocols/sse/framer.ts';

export const protocols = ['anthropic', 'gemini', 'openai-chat', 'openai-responses'] as const satisfies Protocol[];

const readers: Readonly<Record<Protocol, () => Machine<Frame, StreamEvent>>> = {
  anthropic: readAnthropicEvents,
  gemini: readGeminiEvents,
  'openai-chat': readChatEvents,
  'openai-responses': readResponsesEvents,
};

/** Frames or events as they came out of each piece of the upstream's bytes. */
export type Batches<Item> = readonly (readonly Item[])[];

export function framesOf(pieces: readonly Uint8Array[]): Batches<Frame> {
  const framer = createFramer();
  return inBatches(pieces, framer);
}

export function eventsOf(upstream: Protocol, frames: Batches<Frame>): Batches<StreamEvent> {
  const reader = readers[upstream]();
  const batches = frames.map((batch) => {
    const out: StreamEvent[] = [];
    for (const frame of batch) reader.push(frame, out);
    return out;
  });
  const end: StreamEvent[] = [];
  reader.end(end);
  return [...batches, end];
}

function inBatches<In, Out>(pieces: readonly In[], machine: Machine<In, Out>): Batches<Out> {
  const batches = pieces.map((piece) => {
    const out: Out[] = [];
    machine.push(piece, out);
    return out;
  });
  const end: Out[] = [];
  machine.end(end);
  return [...batches, end];
}

/** A client that wants everything that its dialect can tell. */
export function askingRequest(protocol: Protocol, framing: Framing, json: ClientRequest['json'] = {}): ClientRequest {
  const wanted = protocol === 'openai-chat' ? { stream: true, stream_options: { include_usage: true }, ...json } : json;
  return {
    protocol,
    operation: 'generate',
    model: 'asked-model',
    framing,
    body: new TextEncoder().encode(JSON.stringify(wanted)),
    json: wanted,
    passHeaders: {},
  };
}

export function optionsFor(
  client: Protocol,
  framing: Framing,
  model: string,
  json?: ClientRequest['json'],
): ForeignOptions {
  return { answerId: 'a1b2c3', model, createdSeconds: 1_790_000_000, request: askingRequest(client, framing, json) };
}

/** The whole stream of a complete answer, as a client of another dialect gets it. */
export function foreignStream(
  client: Protocol,
  batches: Batches<StreamEvent>,
  options: ForeignOptions,
  framing: Framing = 'sse',
): Uint8Array {
  const writer = DIALECTS[client].foreignWriter?.(framing, options);
  if (writer === undefined) throw new Error(`${client} has no foreign writer`);
  const out: Uint8Array[] = [];
  for (const batch of batches) writer.events(batch, out);
  writer.end(out);
  return Buffer.concat(out);
}

export function foreignDocument(client: Protocol, batches: Batches<StreamEvent>, options: ForeignOptions): string {
  const fold = DIALECTS[client].foreignFold?.(options);
  if (fold === undefined) throw new Error(`${client} has no foreign fold`);
  for (const event of batches.flat()) fold.see(event);
  return fold.document();
}

/** The whole stream, as a client of the upstream's own dialect gets it. */
export function ownStream(dialect: Protocol, batches: Batches<Frame>): Uint8Array {
  const writer = DIALECTS[dialect].writer('sse', 'a1b2c3', askingRequest(dialect, 'sse'));
  const out: Uint8Array[] = [];
  for (const batch of batches) writer.frames(batch, out);
  writer.end(out);
  return Buffer.concat(out);
}

export function ownDocument(dialect: Protocol, batches: Batches<Frame>): string {
  const fold = DIALECTS[dialect].fold();
  for (const frame of batches.flat()) fold.push(frame);
  return fold.document();
}

/** The bytes in pieces, cut at these places (taken modulo the length). */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const cuts = [...new Set(places.map((place) => place % bytes.length))].sort((a, b) => a - b);
  return [0, ...cuts].map((start, at) => bytes.subarray(start, cuts[at] ?? bytes.length));
}
