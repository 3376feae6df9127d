import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCapture, marksMax } from './capture.ts';

function captured(bytesMax: number, pieces: readonly string[]): string {
  const capture = createCapture(bytesMax);
  for (const piece of pieces) capture.add(Buffer.from(piece), 0);
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
    capture.add(Buffer.from('secret'), 0);
    expect(capture.total).toBe(6);
    expect(Buffer.from(capture.bytes()).toString()).not.toContain('secret');
  });

  it('takes no room of its own where nothing is to be kept, and before the first byte', () => {
    const off = [createCapture(0), createCapture(0)] as const;
    for (const capture of off) for (let ms = 0; ms < 100; ms += 1) capture.add(Buffer.from('secret'), ms);
    expect(off[0].marks()).toBe(off[1].marks());
    expect(off[0].marks().ends).toHaveLength(0);
    const [fresh, other] = [createCapture(100), createCapture(100)];
    expect(fresh.marks().ends.buffer).toBe(other.marks().ends.buffer);
    fresh.add(Buffer.from('a'), 0);
    expect(fresh.marks().ends.buffer).not.toBe(other.marks().ends.buffer);
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
    capture.add(buffer, 0);
    buffer.write('after!');
    expect(Buffer.from(capture.bytes()).toString()).toBe('before');
  });
});

describe('the marks of what is kept', () => {
  const marked = (writes: number) => {
    const capture = createCapture(1000);
    for (let n = 1; n <= writes; n += 1) capture.add(Buffer.from('x'), n * 10);
    const { ends, ms } = capture.marks();
    return { ends: [...ends], ms: [...ms] };
  };

  it('tell for each write how far it went and when', () => {
    const capture = createCapture(4);
    capture.add(Buffer.from('abc'), 5);
    capture.add(Buffer.from('defgh'), 7.5);
    expect([...capture.marks().ends]).toEqual([3, 8]);
    expect([...capture.marks().ms]).toEqual([5, 8]);
  });

  it('are one for what came in the same millisecond', () => {
    const capture = createCapture(100);
    for (const ms of [4.6, 5, 5.4, 5.6]) capture.add(Buffer.from('ab'), ms);
    expect([...capture.marks().ends]).toEqual([6, 8]);
    expect([...capture.marks().ms]).toEqual([5, 6]);
  });

  it('are all there up to their limit', () => {
    const { ends, ms } = marked(marksMax);
    expect(ends).toEqual(Array.from({ length: marksMax }, (_, n) => n + 1));
    expect(ms.at(-1)).toBe(marksMax * 10);
  });

  it('lose every second one when there are too many, and still tell the truth from the first byte to the last', () => {
    const writes = marksMax * 5 + 3;
    const { ends, ms } = marked(writes);
    expect(ends.length).toBeLessThanOrEqual(marksMax);
    expect(ends.length).toBeGreaterThan(marksMax / 2 - 1);
    expect(ends.at(-1)).toBe(writes);
    expect(ends[0]).toBeLessThan(writes / 100);
    expect(ends.every((end, at) => ms[at] === end * 10 && end > (ends[at - 1] ?? 0))).toBe(true);
  });

  it('are not kept where nothing else is', () => {
    const capture = createCapture(0);
    capture.add(Buffer.from('abc'), 5);
    expect(capture.marks().ends).toHaveLength(0);
  });
});
