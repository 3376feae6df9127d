import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createKeptBytes } from './attach-bytes.ts';

function readAll(kept: ReturnType<typeof createKeptBytes>, start: number): Buffer {
  const pieces: Uint8Array[] = [];
  let at = start;
  while (at < kept.end) {
    const piece = kept.from(at);
    expect(piece.length).toBeGreaterThan(0);
    pieces.push(piece);
    at += piece.length;
  }
  return Buffer.concat(pieces);
}

it('however an answer comes in pieces, it is read whole from any place, as often as one likes', () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 9_000 }), { maxLength: 30 });
  fc.assert(
    fc.property(pieces, fc.nat(), (written, chance) => {
      const kept = createKeptBytes();
      for (const piece of written) kept.append(piece);
      const whole = Buffer.concat(written);
      const at = chance % (whole.length + 1);
      expect(readAll(kept, 0).equals(whole)).toBe(true);
      expect(readAll(kept, at).equals(whole.subarray(at))).toBe(true);
    }),
  );
});

it('what was lent out stays as it was while more comes', () => {
  const kept = createKeptBytes();
  kept.append(Buffer.from('one'));
  const lent = kept.from(0);
  for (let n = 0; n < 5_000; n += 1) kept.append(Buffer.from('more'));
  expect(Buffer.from(lent).toString()).toBe('one');
});

it('keeps a copy: the buffer that the bytes came in may be used again', () => {
  const kept = createKeptBytes();
  const buffer = Buffer.from('mine');
  kept.append(buffer);
  buffer.fill('x');
  expect(readAll(kept, 0).toString()).toBe('mine');
});

it('what is dropped is given back in blocks, and the rest is read as before', () => {
  const kept = createKeptBytes();
  const whole = Buffer.alloc(1_000_000, 'abcdefghij');
  for (let at = 0; at < whole.length; at += 1_000) kept.append(whole.subarray(at, at + 1_000));
  kept.dropBefore(900_000);
  expect(kept.start).toBeGreaterThan(800_000);
  expect(kept.start).toBeLessThanOrEqual(900_000);
  expect(readAll(kept, 900_000).equals(whole.subarray(900_000))).toBe(true);
  kept.dropBefore(kept.end);
  kept.append(Buffer.from('tail'));
  expect(readAll(kept, 1_000_000).toString()).toBe('tail');
});
