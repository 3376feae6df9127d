/** How long each account lately took to say something, per model. Only in memory: old timings say nothing about now. */

import { keepRecent } from './least-recent.ts';

export interface Timings {
  see(email: string, model: string, firstContentMs: number, now: number): void;
  /** Undefined when nothing recent is known. */
  firstContentMs(email: string, model: string, now: number): number | undefined;
}

/** Model names come from callers, so what is remembered has a limit; the least recently seen is forgotten. */
export const TIMINGS_MAX = 1_000;
/** After this an account counts as not known, so that it is tried again. */
export const TIMING_TTL_MS = 10 * 60 * 1_000;
/** The share of the newest timing in the running mean. */
const NEWEST_SHARE = 0.3;

const SEPARATOR = '\u0000';

export function createTimings(): Timings {
  const timings = new Map<string, { meanMs: number; seen: number }>();
  return {
    see(email, model, firstContentMs, now) {
      const key = `${email}${SEPARATOR}${model}`;
      const before = timings.get(key);
      const isRecent = before !== undefined && now - before.seen < TIMING_TTL_MS;
      const meanMs = isRecent ? before.meanMs + (firstContentMs - before.meanMs) * NEWEST_SHARE : firstContentMs;
      keepRecent(timings, key, { meanMs, seen: now }, TIMINGS_MAX);
    },
    firstContentMs(email, model, now) {
      const timing = timings.get(`${email}${SEPARATOR}${model}`);
      return timing !== undefined && now - timing.seen < TIMING_TTL_MS ? timing.meanMs : undefined;
    },
  };
}
