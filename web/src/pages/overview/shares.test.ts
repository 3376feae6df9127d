import { describe, expect, it } from 'vitest';
import { formatShare, formatShort } from './shares.ts';

describe('a share as people read it', () => {
  it.each([
    [0, '0%'],
    [0.0004, '<0.1%'],
    [0.0123, '1.2%'],
    [0.456, '46%'],
    [0.987, '98.7%'],
    [0.99987, '>99.9%'],
    [1, '100%'],
    [null, '–'],
  ])('%d is %s', (share, told) => {
    expect(formatShare(share, 'en')).toBe(told);
  });
});

describe('a large number', () => {
  it('is short, in the words of the language', () => {
    expect([formatShort(1_508_109_072, 'en'), formatShort(78_446_403, 'de'), formatShort(12, 'en')]).toEqual([
      '1.51B',
      '78,4\u00a0Mio.',
      '12',
    ]);
  });
});
