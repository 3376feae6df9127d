/** How long until a moment. Pure. */

/** Never below zero, in whole seconds, so that a countdown steps evenly. */
export function remainingMs(until: string, now: number): number {
  return Math.max(0, Math.ceil((Date.parse(until) - now) / 1_000) * 1_000);
}
