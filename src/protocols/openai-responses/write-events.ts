/**
 * Writes a streamed answer to a Responses client: the upstream's own frames byte for byte. It never writes part of an event, and never an end of
 * its own but `response.failed`. An early start is not needed: comments alone may stand before `response.created`.
 */

import type { AnswerWriter } from '../../model/ports.ts';
import type { Frame } from '../../model/wire.ts';
import { countOf, type JsonObject, jsonOf, objectOf, stringOf } from '../json/shapes.ts';
import { eventBytes, responseError } from './failures.ts';

export const streamHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};

/** A comment: an event of our own would take a number out of the upstream's count. */
export const keepaliveComment = Buffer.from(': keepalive\n\n');

export function writeResponsesEvents(answerId: string): AnswerWriter {
  /** The first and the last event that were sent; read only when a failure has to go on from there. */
  let first: Frame | undefined;
  let last: Frame | undefined;
  return {
    headers: streamHeaders,
    start: () => new Uint8Array(0),
    frames: (frames, out) => {
      for (const frame of frames) {
        if (!writeFrame(frame, out)) continue;
        first ??= frame;
        last = frame;
      }
    },
    end: () => {},
    keepalive: () => keepaliveComment,
    failure: (problem) => {
      const told = responseOf(first);
      const response = told ?? { id: `resp_${answerId}`, object: 'response', status: 'in_progress', output: [] };
      const number = last === undefined ? 0 : (countOf(dataOf(last)?.sequence_number) ?? -1) + 1;
      const failed = { ...response, status: 'failed', error: responseError(problem) };
      if (last !== undefined) return eventBytes({ type: 'response.failed', sequence_number: number, response: failed });
      // The SDKs' helpers read nothing that does not begin with `response.created`.
      return Buffer.concat([
        eventBytes({ type: 'response.created', sequence_number: 0, response }),
        eventBytes({ type: 'response.failed', sequence_number: 1, response: failed }),
      ]);
    },
  };
}

function dataOf(frame: Frame | undefined): JsonObject | undefined {
  return frame && objectOf(jsonOf(frame.data));
}

function responseOf(frame: Frame | undefined): JsonObject | undefined {
  return objectOf(dataOf(frame)?.response);
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
    // Some clients dispatch on this line alone.
    const type = stringOf(objectOf(jsonOf(frame.data))?.type);
    if (type !== undefined && /^[\w.]+$/.test(type)) out.push(Buffer.from(`event: ${type}\n`));
  }
  out.push(frame.raw);
  if (!frame.terminated) out.push(Buffer.from(frame.raw[frame.raw.length - 1] === LF ? '\n' : '\n\n'));
  return true;
}

const LF = 10;
const CR = 13;

/** Half a comment or half an `event:` line would run into whatever is written next; line ends alone do no harm. */
function isBlank(raw: Uint8Array): boolean {
  return raw.every((byte) => byte === LF || byte === CR);
}
