import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCapture } from './capture.ts';

function captured(bytesMax: number, pieces: readonly string[]): string {
  const capture = createCapture(bytesMax);
  for (const piece of pieces) capture.add(Buffer.from(piece));
  return Buffer.from(capture.bytes()).toString();
}

describe('what is kept of an answer', () => {
  it('is all of it when it fits', () => {
    expect(captured(100, ['Hello', ', ', 'world'])).toBe('Hello, world');
  });

  it('is the head, a line that counts what is missing, and the tail when it does not fit', () => {
    expect(captured(8, ['abcdefghijklmnopqrstuvwxyz'])).toBe('abcdef\n[… 18 bytes not kept …]\nyz');
  });

  it('is nothing when nothing is to be kept, but its size is known', () => {
    const capture = createCapture(0);
    capture.add(Buffer.from('secret'));
    expect(capture.total).toBe(6);
    expect(Buffer.from(capture.bytes()).toString()).not.toContain('secret');
  });

  it('does not depend on how the answer came in pieces, and never passes its limit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme-ascii', maxLength: 40 })),
        fc.integer({ min: 1, max: 64 }),
        (pieces, bytesMax) => {
          const whole = pieces.join('');
          expect(captured(bytesMax, pieces)).toBe(captured(bytesMax, [whole]));
          const kept = captured(bytesMax, pieces).replace(/\n\[… \d+ bytes not kept …\]\n/, '');
          expect(kept.length).toBe(Math.min(whole.length, bytesMax));
        },
      ),
    );
  });

  it('is a copy: the buffers of the socket may be used again', () => {
    const capture = createCapture(10);
    const buffer = Buffer.from('before');
    capture.add(buffer);
    buffer.write('after!');
    expect(Buffer.from(capture.bytes()).toString()).toBe('before');
  });
});
