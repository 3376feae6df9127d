/**
 * Cuts a byte stream into server-sent events without changing a byte: the `raw` bytes of all frames, joined, are the stream, however it was
 * chunked. It knows line ends and blank lines and nothing else; what a frame says is read later and only if somebody asks.
 * It must never join its fragments once per chunk: that is quadratic for one large event.
 */

import { FrameLimitError } from '../../model/failure.ts';
import type { Frame, Machine } from '../../model/wire.ts';
import { SseFrame } from './frame.ts';

/** The largest single event: images come as base64 in one line. */
export const frameBytesMax = 64 * 1024 * 1024;

/** A fragment buffer up to this size is kept for the next frame; a larger one is given away with its frame. */
const bufferKeptBytesMax = 64 * 1024;
const bufferBytesMin = 256;

const LF = 10;
const CR = 13;
const BOM = [0xef, 0xbb, 0xbf] as const;

/** Throws `FrameLimitError` when one frame passes `bytesMax`. */
export function createFramer(bytesMax: number = frameBytesMax): Machine<Uint8Array, Frame> {
  return new Framer(bytesMax);
}

class Framer implements Machine<Uint8Array, Frame> {
  readonly #bytesMax: number;
  /** The beginning of the current frame, from earlier chunks. */
  #held: Uint8Array = new Uint8Array(bufferBytesMin);
  #heldBytes = 0;
  /** The current line has at least one byte. */
  #lineHasBytes = false;
  /** The current frame has at least one line with bytes: the next blank line ends it. */
  #frameHasLine = false;
  /** The last chunk ended with CR, which was taken for a line end: a LF that follows belongs to it. */
  #afterCr = false;
  /** How many bytes of a leading byte order mark were seen; 4 = the start of the stream is past. */
  #bomBytes = 0;
  #frameHasBom = false;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  push(chunk: Uint8Array, out: Frame[]): void {
    const length = chunk.length;
    if (length === 0) return;
    let start = 0;
    let at = this.#bomBytes < 4 ? this.#skipBom(chunk) : 0;
    if (this.#afterCr && chunk[0] === LF) at = 1;
    this.#afterCr = false;
    let nextLf = -1;
    let nextCr = -1;
    while (at < length) {
      if (nextLf < at) nextLf = chunk[at] === LF ? at : indexOrEnd(chunk, LF, at);
      if (nextCr < at) nextCr = indexOrEnd(chunk, CR, at);
      const lineEnd = Math.min(nextLf, nextCr);
      if (lineEnd > at) this.#lineHasBytes = true;
      if (lineEnd === length) break;
      at = lineEnd + 1;
      if (lineEnd === nextCr) {
        if (at === length) this.#afterCr = true;
        else if (chunk[at] === LF) at++;
      }
      if (this.#lineHasBytes) {
        this.#lineHasBytes = false;
        this.#frameHasLine = true;
      } else if (this.#frameHasLine) {
        out.push(this.#take(chunk, start, at, true));
        start = at;
      }
    }
    if (start < length) this.#hold(chunk, start);
  }

  end(out: Frame[]): void {
    if (this.#heldBytes > 0) out.push(this.#take(this.#held, 0, 0, false));
    this.#afterCr = false;
    this.#lineHasBytes = false;
  }

  /** Returns where the first line begins. A byte order mark is no part of a line, so that a blank line after it stays blank. */
  #skipBom(chunk: Uint8Array): number {
    let at = 0;
    while (this.#bomBytes < 3 && at < chunk.length) {
      if (chunk[at] !== BOM[this.#bomBytes]) {
        if (this.#bomBytes > 0) this.#lineHasBytes = true;
        this.#bomBytes = 4;
        return at;
      }
      this.#bomBytes++;
      at++;
    }
    if (this.#bomBytes === 3) {
      this.#frameHasBom = true;
      this.#bomBytes = 4;
    }
    return at;
  }

  #take(chunk: Uint8Array, start: number, end: number, terminated: boolean): Frame {
    const bytes = this.#heldBytes + end - start;
    if (bytes > this.#bytesMax) throw new FrameLimitError(this.#bytesMax);
    let raw: Uint8Array;
    if (this.#heldBytes === 0) {
      raw = chunk.subarray(start, end);
    } else {
      if (end > start) this.#append(chunk.subarray(start, end));
      if (this.#held.length <= bufferKeptBytesMax) {
        raw = new Uint8Array(this.#held.subarray(0, bytes));
      } else {
        raw = this.#held.subarray(0, bytes);
        this.#held = new Uint8Array(bufferBytesMin);
      }
      this.#heldBytes = 0;
    }
    const textStart = this.#frameHasBom ? 3 : 0;
    this.#frameHasBom = false;
    this.#frameHasLine = false;
    return new SseFrame(raw, terminated, textStart);
  }

  #hold(chunk: Uint8Array, start: number): void {
    const bytes = this.#heldBytes + chunk.length - start;
    if (bytes > this.#bytesMax) throw new FrameLimitError(this.#bytesMax);
    this.#append(start === 0 ? chunk : chunk.subarray(start));
  }

  /** Doubling keeps this linear, and small fragments cost their bytes and not an object each. */
  #append(bytes: Uint8Array): void {
    const needed = this.#heldBytes + bytes.length;
    if (needed > this.#held.length) {
      const grown = new Uint8Array(Math.max(needed, this.#held.length * 2));
      grown.set(this.#held.subarray(0, this.#heldBytes));
      this.#held = grown;
    }
    this.#held.set(bytes, this.#heldBytes);
    this.#heldBytes = needed;
  }
}

function indexOrEnd(bytes: Uint8Array, byte: number, from: number): number {
  const index = bytes.indexOf(byte, from);
  return index < 0 ? bytes.length : index;
}
