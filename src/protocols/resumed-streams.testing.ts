/** Streams that broke off and went on, for tests: the client's dialect by its name, cuts of a stream, and what a whole stream says. */

import type { StreamEvent } from '../model/events.ts';
import type { ForeignOptions, ForeignWriter } from '../model/ports.ts';
import type { ClientRequest, Framing, Protocol } from '../model/request.ts';
import type { Frame, Machine } from '../model/wire.ts';
import { checkAnthropicStream } from './anthropic/grammar.testing.ts';
import { readAnthropicEvents } from './anthropic/read-events.ts';
import { DIALECTS } from './dialects.ts';
import { checkGeminiStream } from './gemini/grammar.testing.ts';
import { readGeminiEvents } from './gemini/read-events.ts';
import { checkChatStream } from './openai-chat/grammar.testing.ts';
import { readChatEvents } from './openai-chat/read-events.ts';
import { checkResponsesStream } from './openai-responses/grammar.testing.ts';
import { readResponsesEvents } from './openai-responses/read-events.ts';
import { createFramer } from './sse/framer.ts';

interface Ways {
  readonly reader: () => Machine<Frame, StreamEvent>;
  readonly check: (text: string) => string[];
}

export const WAYS: Readonly<Record<Protocol, Ways>> = {
  anthropic: { reader: readAnthropicEvents, check: (text) => checkAnthropicStream(text, true) },
  gemini: { reader: readGeminiEvents, check: (text) => checkGeminiStream(text, true) },
  'openai-chat': { reader: readChatEvents, check: checkChatStream },
  'openai-responses': { reader: readResponsesEvents, check: checkResponsesStream },
};

export function framesOf(bytes: Uint8Array): Frame[] {
  const framer = createFramer();
  const frames: Frame[] = [];
  framer.push(bytes, frames);
  framer.end(frames);
  return frames;
}

/** What each frame says, and at the end what the end of the body says. */
export function eventsByFrame(protocol: Protocol, frames: readonly Frame[]): StreamEvent[][] {
  const reader = WAYS[protocol].reader();
  const all = frames.map((frame) => {
    const events: StreamEvent[] = [];
    reader.push(frame, events);
    return events;
  });
  const last: StreamEvent[] = [];
  reader.end(last);
  return [...all, last];
}

export function eventsOf(protocol: Protocol, bytes: Uint8Array): StreamEvent[] {
  return eventsByFrame(protocol, framesOf(bytes)).flat();
}

export function optionsFor(protocol: Protocol, json: Record<string, unknown> = {}, model = 'other-model') {
  const asked = { model: 'asked', stream: true, stream_options: { include_usage: true }, ...json };
  const request: ClientRequest = {
    protocol,
    operation: 'generate',
    model: 'asked',
    framing: 'sse',
    body: Buffer.from(JSON.stringify(asked)),
    json: asked,
    passHeaders: {},
  };
  return { answerId: '01ANSWER', model, createdSeconds: 1_770_000_000, request } satisfies ForeignOptions;
}

export interface Resumed {
  readonly writer: ForeignWriter;
  readonly out: Uint8Array[];
  /** All that the client has been sent. */
  text(): string;
}

/** A client that was sent these frames, and the writer that goes on. */
export function resumed(
  protocol: Protocol,
  frames: readonly Frame[],
  options: ForeignOptions = optionsFor(protocol),
  framing: Framing = 'sse',
): Resumed {
  const out: Uint8Array[] = [];
  DIALECTS[protocol].writer(framing, options.answerId, options.request).frames(frames, out);
  const writer = DIALECTS[protocol].resumedWriter?.(framing, options, frames);
  if (writer === undefined) throw new Error(`${protocol} cannot go on`);
  return { writer, out, text: () => Buffer.concat(out).toString() };
}

/** The same, gone on with to the end. */
export function wholeStream(
  protocol: Protocol,
  frames: readonly Frame[],
  events: readonly StreamEvent[],
  options?: ForeignOptions,
  framing?: Framing,
): string {
  const { writer, out, text } = resumed(protocol, frames, options, framing);
  for (const event of events) writer.events([event], out);
  writer.end(out);
  return text();
}

export interface Said {
  readonly text: string;
  readonly thinking: string;
  readonly calls: readonly { readonly name: string | undefined; readonly input: unknown }[];
  readonly stop: string | undefined;
  readonly isComplete: boolean;
}

export function saidBy(events: readonly StreamEvent[]): Said {
  const pieces = (kind: string, index?: number): string =>
    events
      .map((event) =>
        event.type === 'block-delta' && event.kind === kind && (index ?? event.index) === event.index ? event.text : '',
      )
      .join('');
  const calls = events.flatMap((event) => {
    if (event.type !== 'block-start' || event.kind !== 'tool-call') return [];
    const json = `${event.argumentsJson ?? ''}${pieces('tool-arguments', event.index)}` || '{}';
    return { name: event.name, input: parsedOr(json) };
  });
  const stop = events.findLast((event) => event.type === 'message-end')?.stop;
  const isComplete = events.at(-1)?.type === 'message-complete';
  return { text: pieces('text'), thinking: pieces('thinking'), calls, stop, isComplete };
}

function parsedOr(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

const calls: ReadonlySet<string> = new Set(['tool-call']);
/** Half a call of the API's own tools cannot be taken back: nobody but its own upstream can go on with it. */
export const allCalls: ReadonlySet<string> = new Set(['tool-call', 'server-tool', 'other']);

/** After how many frames the stream may break: something was said, nothing has ended, and no block of these kinds is half told. */
export function cutsOf(byFrame: readonly (readonly StreamEvent[])[], whole = calls): number[] {
  const openCalls = new Set<number>();
  let said = false;
  let ended = false;
  const cuts: number[] = [];
  for (const [at, events] of byFrame.slice(0, -1).entries()) {
    for (const event of events) {
      if (event.type === 'block-start') said ||= event.says;
      if (event.type === 'block-delta') said ||= event.text !== '';
      if (event.type === 'block-start' && whole.has(event.kind)) openCalls.add(event.index);
      if (event.type === 'block-end') openCalls.delete(event.index);
      if (event.type === 'message-end' || event.type === 'message-complete') ended = true;
    }
    if (said && !ended && openCalls.size === 0) cuts.push(at + 1);
  }
  return cuts;
}

/** The JSON of every event of a stream, in order; without what is no JSON. */
export function dataIn(text: string): Record<string, unknown>[] {
  const lines = text.split(/\r?\n/).filter((line) => line.startsWith('data: {'));
  return lines.map((line) => JSON.parse(line.slice('data: '.length)) as Record<string, unknown>);
}
