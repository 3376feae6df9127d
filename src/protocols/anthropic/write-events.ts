/**
 * Writes a streamed answer to an Anthropic client: the upstream's own frames byte for byte. Bytes change only where a client could not read them
 * otherwise: after an early start of our own (`merge-start.ts`), for an event without its `event:` line, and for a last event without its blank
 * line. It never writes part of an event, and no end but the frame that closes a message whose reason to stop the upstream has stated.
 */

import type { AnswerWriter } from '../../model/ports.ts';
import type { Frame } from '../../model/wire.ts';
import { jsonOf, objectOf, stringOf } from '../json/shapes.ts';
import { anthropicErrorEvent } from './failures.ts';
import { StartMerge } from './merge-start.ts';

export function writeAnthropicEvents(answerId: string): AnswerWriter {
  let merge: StartMerge | undefined;
  let isStopped = false;
  return {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    },
    start: (model) => {
      merge = new StartMerge();
      return encode(`event: message_start\ndata: ${startJson(model, answerId)}\n\n`);
    },
    frames: (frames, out) => {
      for (const frame of frames) {
        const replaced = merge?.replace(frame);
        if (replaced !== undefined) out.push(...replaced);
        else if (writeFrame(frame, out)) isStopped ||= closesMessage(frame);
      }
    },
    // The upstream has said why it stopped and then broken off: nothing is missing but the frame that closes the message.
    end: (out) => void (isStopped || out.push(encode('event: message_stop\ndata: {"type":"message_stop"}\n\n'))),
    keepalive: () => encode('event: ping\ndata: {"type": "ping"}\n\n'),
    failure: (problem) => anthropicErrorEvent(problem, answerId),
  };
}

/** The grammar demands the two counts. They are not known yet; `StartMerge` corrects them as soon as the upstream states them. */
function startJson(model: string, answerId: string): string {
  return JSON.stringify({
    type: 'message_start',
    message: {
      id: `msg_${answerId}`,
      type: 'message',
      role: 'assistant',
      model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 0, output_tokens: 0 },
    },
  });
}

function closesMessage({ event, data }: Frame): boolean {
  return event === 'message_stop' || (event === '' && data.includes('"message_stop"'));
}

/** Returns whether an event was written. */
function writeFrame(frame: Frame, out: Uint8Array[]): boolean {
  if (frame.shape === 'bare') return false;
  if (frame.shape === 'comment') {
    if (frame.terminated || isBlank(frame.raw)) out.push(frame.raw);
    return false;
  }
  if (!frame.terminated && jsonOf(frame.data) === undefined) return false;
  if (frame.event === '') {
    // The official SDKs dispatch on this line alone.
    const type = stringOf(objectOf(jsonOf(frame.data))?.type);
    if (type !== undefined && /^\w+$/.test(type)) out.push(encode(`event: ${type}\n`));
  }
  out.push(frame.raw);
  if (!frame.terminated) out.push(encode(missingLineEnds(frame.raw)));
  return true;
}

const LF = 10;
const CR = 13;

/** Half a comment or half an `event:` line would run into whatever is written next; line ends alone do no harm. */
function isBlank(raw: Uint8Array): boolean {
  return raw.every((byte) => byte === LF || byte === CR);
}

function missingLineEnds(raw: Uint8Array): string {
  return raw[raw.length - 1] === LF ? '\n' : '\n\n';
}

const encoder = new TextEncoder();

function encode(text: string): Uint8Array {
  return encoder.encode(text);
}
