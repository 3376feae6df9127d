import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDuration, parseSize, writeDuration, writeSize } from './units.ts';

describe('parseDuration', () => {
  test.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['30d', 2_592_000_000],
    ['0s', 0],
    ['1.5s', 1_500],
    [0, 0],
    ['0', 0],
  ])('reads %j as %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each([
    ['30'],
    [30],
    ['-1s'],
    ['s'],
    ['1 s'],
    ['1S'],
    ['1w'],
    [''],
    [null],
    [true],
    ['1e3s'],
    ['9999999999s'],
    [{}],
  ])('does not guess what %j means', (value) => {
    expect(parseDuration(value)).toBeUndefined();
  });

  test('gives back every whole number of every unit', () => {
    const units = fc.constantFrom(['ms', 1], ['s', 1_000], ['m', 60_000], ['h', 3_600_000], ['d', 86_400_000]);
    fc.assert(
      fc.property(fc.nat(999_999), units, (number, [unit, factor]) => {
        expect(parseDuration(`${number}${unit}`)).toBe(number * Number(factor));
      }),
    );
  });
});

describe('parseSize', () => {
  test.each([
    ['1B', 1],
    ['256KB', 262_144],
    ['100MB', 104_857_600],
    ['1GB', 1_073_741_824],
    ['0.5KB', 512],
    [0, 0],
  ])('reads %j as %d bytes, in powers of 1024', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  test.each([['100'], [100], ['100mb'], ['-1KB'], ['1 MB'], ['MB'], ['1KiB'], [''], [null]])(
    'does not guess what %j means',
    (value) => {
      expect(parseSize(value)).toBeUndefined();
    },
  );
});

describe('what is written', () => {
  test.each([
    [0, '0ms'],
    [250, '250ms'],
    [90_000, '90s'],
    [600_000, '10m'],
    [2_592_000_000, '30d'],
  ])('of %d ms is %s', (ms, text) => {
    expect(writeDuration(ms)).toBe(text);
  });

  test.each([
    [0, '0B'],
    [262_144, '256KB'],
    [1_073_741_824, '1GB'],
    [1000, '1000B'],
  ])('of %d bytes is %s', (bytes, text) => {
    expect(writeSize(bytes)).toBe(text);
  });

  test('is read again as the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999 }), (amount) => {
        expect(parseDuration(writeDuration(amount))).toBe(amount);
        expect(parseSize(writeSize(amount))).toBe(amount);
      }),
    );
  });
});
