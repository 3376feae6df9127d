/**
 * Writes a streamed answer to an Anthropic client from an upstream of another dialect. The stream is legal at every moment: blocks strictly in
 * turn, and no end unless the upstream has ended.
 */

import type { ForeignOptions, ForeignWriter } from '../../model/ports.ts';
import type { Framing } from '../../model/request.ts';
import type { JsonObject } from '../json/shapes.ts';
import { anthropicErrorEvent } from './failures.ts';
import { ForeignMessage, type ShownMessage } from './write-foreign-events-message.ts';

/** There is one streamed framing, so `framing` decides nothing here. */
export function writeAnthropicForeignEvents(
  _framing: Framing,
  options: ForeignOptions,
  shown?: ShownMessage,
): ForeignWriter {
  let written: string[] = [];
  const message = new ForeignMessage((type, fields) => written.push(eventText(type, fields)), options, shown);
  const taken = (out: Uint8Array[]): void => {
    if (written.length > 0) out.push(encoder.encode(written.join('')));
    written = [];
  };
  return {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    },
    start: () => {
      message.start();
      const out: Uint8Array[] = [];
      taken(out);
      return out[0] ?? new Uint8Array();
    },
    events: (events, out) => {
      for (const event of events) message.see(event);
      taken(out);
    },
    end: (out) => {
      message.end();
      taken(out);
    },
    keepalive: () => encoder.encode(eventText('ping', { type: 'ping' })),
    failure: (problem) => anthropicErrorEvent(problem, options.answerId),
  };
}

const encoder = new TextEncoder();

function eventText(type: string, fields: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify(fields)}\n\n`;
}
