import { describe, expect, it } from 'vitest';
import { formatBytes, formatCount, formatDuration, formatTime, NOTHING } from './format.ts';

describe('what people read', () => {
  it.each([
    [0, '0 ms'],
    [950, '950 ms'],
    [1_234, '1.23 sec'],
    [59_960, '1 min'],
    [185_000, '3 min 5 sec'],
    [7_800_000, '2 hr 10 min'],
    [90_000_000, '1 day 1 hr'],
  ])('tells %d ms as %s', (ms, told) => {
    expect(formatDuration(ms, 'en')).toBe(told);
  });
  it('shows a dash for what nobody stated', () => {
    expect([formatDuration(null, 'en'), formatCount(null, 'de'), formatBytes(null, 'fr')]).toEqual([
      NOTHING,
      NOTHING,
      NOTHING,
    ]);
  });
  it('writes numbers as the language does', () => {
    expect([formatCount(1_234_567, 'en'), formatCount(1_234_567, 'de')]).toEqual(['1,234,567', '1.234.567']);
    expect(formatBytes(1_572_864, 'en')).toBe('1.5 MB');
  });
  it('names the day only when it is not today', () => {
    const now = Date.parse('2026-05-04T12:00:00');
    expect(formatTime('2026-05-04T09:08:07', 'de', now)).toBe('09:08:07');
    expect(formatTime('2026-05-03T09:08:07', 'de', now)).toContain('3.');
  });
});
