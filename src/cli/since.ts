/** A moment as people write it on the command line: an ISO 8601 time, or how long ago. Pure. */

import { parseDuration } from '../config/units.ts';

/** Milliseconds since the epoch, or the sentence that says what is wrong. */
export function readSince(text: string, now: number): { readonly ms: number } | { readonly problem: string } {
  const ago = parseDuration(text);
  if (ago !== undefined) return { ms: now - ago };
  const ms = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isSafeInteger(ms)) return { ms };
  return { problem: '--since takes a time such as 2026-01-31T08:00:00Z, or how long ago, such as 2h' };
}
