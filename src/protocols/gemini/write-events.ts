/**
 * Writes an answer to a Gemini client: as events, byte for byte what the upstream sent, or as one JSON array. What is no event is never written,
 * and neither is a sign of success that did not come.
 */

import type { AnswerWriter } from '../../model/ports.ts';
import type { Framing, Problem } from '../../model/request.ts';
import type { Frame } from '../../model/wire.ts';
import { jsonOf } from '../json/shapes.ts';
import { geminiErrorLine } from './failures.ts';

export function writeGeminiEvents(framing: Framing): AnswerWriter {
  return framing === 'sse' ? new EventWriter() : new ArrayWriter();
}

const encoder = new TextEncoder();
const nothing = new Uint8Array(0);
const LF = 10;
const CR = 13;

const streamHeaders = {
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const;

class EventWriter implements AnswerWriter {
  readonly headers = { 'content-type': 'text/event-stream', ...streamHeaders };
  #last: Frame | undefined;

  start(): Uint8Array {
    return nothing;
  }

  frames(frames: readonly Frame[], out: Uint8Array[]): void {
    for (const frame of frames) {
      if (frame.shape === 'bare' || isBroken(frame)) continue;
      this.#complete(frame.raw[0] === LF, out);
      out.push(frame.raw);
      this.#last = frame;
    }
  }

  /** The next frame may be another upstream's, which does not bring the line end that the last one was cut off. */
  #complete(isLineFeedNext: boolean, out: Uint8Array[]): void {
    const last = this.#last;
    if (last === undefined || (last.terminated && isLineFeedNext)) return;
    const missing = missingLineEnds(last);
    if (missing !== '') out.push(encoder.encode(missing));
  }

  /** Completes the last event's line ends where the upstream left them out: clients refuse an event without them. */
  end(out: Uint8Array[]): void {
    const last = this.#last;
    const missing = last?.shape === 'event' ? missingLineEnds(last) : '';
    if (missing !== '') out.push(encoder.encode(missing));
    this.#last = undefined;
  }

  /**
   * A blank line. Comments are legal, but Google's own SDKs (JavaScript 1.x, Python) read one as a broken event; a blank line all of them skip.
   * It also completes a CRLF that was cut between two frames.
   */
  keepalive(): Uint8Array {
    this.#last = undefined;
    return Uint8Array.of(LF);
  }

  failure(problem: Problem): Uint8Array {
    const before = this.#last === undefined ? '' : missingLineEnds(this.#last);
    this.#last = undefined;
    return encoder.encode(`${before}data: ${geminiErrorLine(problem)}\n\n`);
  }
}

/** The last frame of a body that was cut inside its JSON or before it: nobody could read what follows it. Line ends alone do no harm. */
function isBroken(frame: Frame): boolean {
  if (frame.terminated) return false;
  return frame.shape === 'event'
    ? jsonOf(frame.data) === undefined
    : frame.raw.some((byte) => byte !== LF && byte !== CR);
}

/** What a frame lacks of its blank line, in its own style: some clients know no mixed line ends. */
function missingLineEnds(frame: Frame): string {
  const { raw } = frame;
  const endsInCr = raw.at(-1) === CR;
  if (frame.terminated) return endsInCr && raw.includes(LF) ? '\n' : '';
  if (endsInCr) return '\n\r\n';
  if (raw.at(-1) !== LF) return '\r\n\r\n';
  return raw.at(-2) === CR ? '\r\n' : '\n';
}

class ArrayWriter implements AnswerWriter {
  readonly headers = { 'content-type': 'application/json; charset=UTF-8', ...streamHeaders };
  #opened = false;
  #hasElement = false;
  #closed = false;

  start(): Uint8Array {
    if (this.#opened) return nothing;
    this.#opened = true;
    return encoder.encode('[');
  }

  frames(frames: readonly Frame[], out: Uint8Array[]): void {
    for (const frame of frames) {
      if (frame.shape !== 'event' || isBroken(frame) || !frame.data.trimStart().startsWith('{')) continue;
      out.push(encoder.encode(this.#before() + frame.data));
    }
  }

  end(out: Uint8Array[]): void {
    if (this.#closed) return;
    this.#closed = true;
    out.push(encoder.encode(this.#opened ? ']' : '[]'));
  }

  /** White space, which is legal between any two tokens. */
  keepalive(): Uint8Array {
    return Uint8Array.of(LF);
  }

  failure(problem: Problem): Uint8Array {
    if (this.#closed) return nothing;
    this.#closed = true;
    return encoder.encode(`${this.#before()}${geminiErrorLine(problem)}]`);
  }

  #before(): string {
    const before = this.#opened ? '' : '[';
    const separator = this.#hasElement ? ',\r\n' : '';
    this.#opened = true;
    this.#hasElement = true;
    return before + separator;
  }
}
