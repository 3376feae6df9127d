import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  durationMs,
  headerRetryMs,
  limitResetMs,
  pacificMidnightMs,
  regainAccessMs,
  sentenceRetryMs,
} from './retry-time.ts';

const now = Date.parse('2026-11-20T18:00:00Z');

describe('the retry-after headers', () => {
  it.each([
    ['7', 7_000],
    ['0', 0],
    ['1.5', 1_500],
    ['Fri, 20 Nov 2026 18:01:00 GMT', 60_000],
    ['Friday, 20-Nov-26 18:01:00 GMT', 60_000],
    ['Fri, 20 Nov 2026 17:00:00 GMT', 0],
    ['', undefined],
    ['-5', undefined],
    ['soon', undefined],
    ['12 apples', undefined],
    ['99999999999999999999', 400 * 86_400_000],
  ])('%j means %s ms', (text, expected) => {
    expect(headerRetryMs({ 'retry-after': text }, now)).toBe(expected);
  });

  it('prefer milliseconds, unless they are no number', () => {
    expect(headerRetryMs({ 'retry-after-ms': '250', 'retry-after': '9' }, now)).toBe(250);
    expect(headerRetryMs({ 'retry-after-ms': 'x', 'retry-after': '9' }, now)).toBe(9_000);
  });

  it('ignore resets of limits that still have something left or do not say', () => {
    expect(limitResetMs({ 'anthropic-ratelimit-tokens-reset': '2026-11-20T18:00:09Z' }, now)).toBeUndefined();
    expect(
      limitResetMs({ 'anthropic-ratelimit-tokens-reset': 'never', 'anthropic-ratelimit-tokens-remaining': '0' }, now),
    ).toBeUndefined();
  });
});

describe('durations', () => {
  it.each([
    ['34s', 34_000],
    ['34.4s', 34_400],
    ['510.79ms', 511],
    ['500ms', 500],
    ['1h16m0.667s', 4_560_667],
    ['10h17m5.7s', 37_025_700],
    ['2d', 172_800_000],
    ['', undefined],
    ['s', undefined],
    ['34', undefined],
    ['34s soon', undefined],
  ])('%j is %s ms', (text, expected) => {
    expect(durationMs(text)).toBe(expected);
  });

  it.each([
    ['Please retry in 45.578569677s.', 45_579],
    ['Please try again in 6m0s.', 360_000],
    ['retry after 20s', 20_000],
    ['Please retry in a while', undefined],
    ['Please retry in 12 files', undefined],
  ])('the sentence %j names %s ms', (text, expected) => {
    expect(sentenceRetryMs(text)).toBe(expected);
  });

  it('reads until when a spend limit lasts', () => {
    expect(regainAccessMs('You will regain access on 2026-11-21 at 00:00 UTC.', now)).toBe(6 * 3_600_000);
    expect(regainAccessMs('You will regain access on 2026-11-21.', now)).toBe(6 * 3_600_000);
    expect(regainAccessMs('You will regain access soon.', now)).toBeUndefined();
  });
});

describe('midnight in Los Angeles', () => {
  it.each([
    ['2026-11-20T18:00:00Z', '2026-11-21T08:00:00Z'],
    ['2026-07-01T06:59:59Z', '2026-07-01T07:00:00Z'],
    ['2026-07-01T07:00:00Z', '2026-07-02T07:00:00Z'],
    // The day on which summer time begins has 23 hours, the one on which it ends 25.
    ['2026-03-08T08:00:00Z', '2026-03-09T07:00:00Z'],
    ['2026-03-08T07:30:00Z', '2026-03-08T08:00:00Z'],
    ['2026-11-01T07:00:00Z', '2026-11-02T08:00:00Z'],
    ['2026-11-01T08:30:00Z', '2026-11-02T08:00:00Z'],
    ['2026-11-01T09:30:00Z', '2026-11-02T08:00:00Z'],
    ['2026-12-31T20:00:00Z', '2027-01-01T08:00:00Z'],
    ['2028-02-28T20:00:00.250Z', '2028-02-29T08:00:00Z'],
  ])('after %s comes at %s', (from, to) => {
    const start = Date.parse(from);
    expect(new Date(start + pacificMidnightMs(start)).toISOString()).toBe(new Date(to).toISOString());
  });

  it('is always ahead, at most 25 hours, and is a midnight', () => {
    const clock = new Intl.DateTimeFormat('en-GB', { timeZone: 'America/Los_Angeles', timeStyle: 'medium' });
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2035, 0, 1) }), (instant) => {
        const ahead = pacificMidnightMs(instant);
        expect(ahead).toBeGreaterThan(0);
        expect(ahead).toBeLessThanOrEqual(25 * 3_600_000);
        expect(clock.format(instant + ahead)).toBe('00:00:00');
        expect((instant + ahead) % 1_000).toBe(0);
      }),
    );
  });
});
