import { describe, expect, it } from 'vitest';
import { formatShare } from './shares.ts';

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
