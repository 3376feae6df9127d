import { expect, it } from 'vitest';
import { createTimings, TIMING_TTL_MS, TIMINGS_MAX } from './timings.ts';

it('a timing is a running mean per account and model, into which a new one goes with its share', () => {
  const timings = createTimings();
  timings.see('a', 'm', 1_000, 0);
  timings.see('a', 'm', 2_000, 1);
  expect(timings.firstContentMs('a', 'm', 1)).toBe(1_300);
  expect(timings.firstContentMs('a', 'n', 1)).toBeUndefined();
  expect(timings.firstContentMs('b', 'm', 1)).toBeUndefined();
});

it('an old timing is not known and has no part in the next mean', () => {
  const timings = createTimings();
  timings.see('a', 'm', 1_000, 0);
  expect(timings.firstContentMs('a', 'm', TIMING_TTL_MS)).toBeUndefined();
  timings.see('a', 'm', 2_000, TIMING_TTL_MS);
  expect(timings.firstContentMs('a', 'm', TIMING_TTL_MS)).toBe(2_000);
});

it('timings have a limit: the least recently seen is forgotten', () => {
  const timings = createTimings();
  for (let n = 0; n < TIMINGS_MAX; n += 1) timings.see('a', `m${n}`, 1, 0);
  timings.see('a', 'm0', 1, 0);
  timings.see('a', 'one more', 1, 0);
  expect(timings.firstContentMs('a', 'm0', 0)).toBe(1);
  expect(timings.firstContentMs('a', 'm1', 0)).toBeUndefined();
});
