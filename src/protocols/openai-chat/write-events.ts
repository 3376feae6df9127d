/**
 * Writes a streamed answer to a client of this dialect: the upstream's own frames byte for byte. Only the chunk of token counts is left out where
 * the gateway asked for it and the client did not. It never writes part of an event, and no end but the `[DONE]` that a server left out after a
 * complete answer.
 */

import type { AnswerWriter } from '../../model/ports.ts';
import type { ClientRequest } from '../../model/request.ts';
import type { Frame } from '../../model/wire.ts';
import { jsonOf, objectOf } from '../json/shapes.ts';
import { chatErrorEvent } from './failures.ts';
import { asksForUsage } from './read-request.ts';

export const chatStreamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const;

/** A comment: this dialect has no event for it. */
export const chatKeepalive = ': keepalive\n\n';

/** Without the request everything is passed on. */
export function writeChatEvents(request?: ClientRequest): AnswerWriter {
  const hidesUsage = request !== undefined && !asksForUsage(request);
  let done = false;
  return {
    headers: chatStreamHeaders,
    // No chunk has to stand before the upstream's own first one.
    start: () => new Uint8Array(0),
    frames: (frames, out) => {
      for (const frame of frames) {
        if (hidesUsage && isUsageChunk(frame)) continue;
        writeFrame(frame, out);
        if (isDone(frame)) done = true;
      }
    },
    end: (out) => {
      if (!done) out.push(encode('data: [DONE]\n\n'));
    },
    keepalive: () => encode(chatKeepalive),
    failure: (problem) => chatErrorEvent(problem),
  };
}

function isDone(frame: Frame): boolean {
  return frame.raw.length < doneBytesMax && frame.data.trim() === '[DONE]';
}
const doneBytesMax = 32;

/** The one chunk without choices that has counts. Azure's first chunk has no choices either, but says something else. */
function isUsageChunk(frame: Frame): boolean {
  if (frame.shape !== 'event' || !/"choices"\s*:\s*\[\s*\]/.test(frame.data)) return false;
  const chunk = objectOf(jsonOf(frame.data));
  return Array.isArray(chunk?.choices) && chunk.choices.length === 0 && objectOf(chunk.usage) !== undefined;
}

function writeFrame(frame: Frame, out: Uint8Array[]): void {
  if (frame.shape === 'bare') return;
  if (frame.shape === 'comment') {
    if (frame.terminated || isBlank(frame.raw)) out.push(frame.raw);
    return;
  }
  if (frame.terminated) {
    out.push(frame.raw);
  } else if (isDone(frame) || jsonOf(frame.data) !== undefined) {
    out.push(frame.raw, encode(frame.raw[frame.raw.length - 1] === LF ? '\n' : '\n\n'));
  }
}

const LF = 10;
const CR = 13;

/** Half a comment would run into whatever is written next; line ends alone do no harm. */
function isBlank(raw: Uint8Array): boolean {
  return raw.every((byte) => byte === LF || byte === CR);
}

const encoder = new TextEncoder();

function encode(text: string): Uint8Array {
  return encoder.encode(text);
}
