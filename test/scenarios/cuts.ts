/** Ways to cut a stream into chunks. Random ones come from a seed, so that a failing cut can be had again. */

import { piecesOf } from './event-stream.ts';

export function inOnePiece(bytes: Buffer): Buffer[] {
  return [bytes];
}

export function byteByByte(bytes: Buffer): Buffer[] {
  return Array.from(bytes.keys(), (at) => bytes.subarray(at, at + 1));
}

/** At the end of every event, moved by some bytes. */
export function atEventEnds(bytes: Buffer, shift: number): Buffer[] {
  return cutAt(
    bytes,
    piecesOf(bytes).map(({ end }) => end + shift),
  );
}

const shortBytesMax = 7;
const longBytesMax = 2_000;

export function atRandom(bytes: Buffer, seed: number): Buffer[] {
  const roll = rolls(seed);
  const places: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    at += 1 + Math.floor(roll() * (roll() < 0.3 ? shortBytesMax : longBytesMax));
    places.push(at);
  }
  return cutAt(bytes, places);
}

/** Numbers 0 ≤ x < 1 from a seed. */
export function rolls(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const inside = [...new Set(places)].filter((place) => place > 0 && place < bytes.length).sort((a, b) => a - b);
  const starts = [0, ...inside];
  return starts.map((start, index) => bytes.subarray(start, starts[index + 1] ?? bytes.length));
}
