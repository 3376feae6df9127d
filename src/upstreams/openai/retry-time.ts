/** Reads the times that OpenAI and compatible servers name beside `retry-after`. A time that cannot be read is no time; it must never become zero. */

import { durationMs, sentenceRetryMs } from '../retry-time.ts';

const limits = ['requests', 'tokens', 'input-tokens', 'output-tokens'] as const;

/** The latest reset among those limits of which nothing remains; the others reset without having mattered. */
export function exhaustedLimitMs(headers: Readonly<Record<string, string>>): number | undefined {
  const times = limits.flatMap((limit) => {
    const remaining = headers[`x-ratelimit-remaining-${limit}`];
    if (remaining === undefined || !/^\s*0+(\.0+)?\s*$/.test(remaining)) return [];
    return durationMs(headers[`x-ratelimit-reset-${limit}`] ?? '') ?? [];
  });
  return times.length === 0 ? undefined : Math.max(...times);
}

const unitMs: Readonly<Record<string, number>> = { second: 1_000, minute: 60_000, hour: 3_600_000 };

/** "Please try again in 20s.", "Please retry after 6 seconds." */
export function spokenRetryMs(message: string): number | undefined {
  const short = sentenceRetryMs(message);
  if (short !== undefined) return short;
  const [, amount, unit] =
    /\b(?:retry|try again) (?:in|after) (\d+(?:\.\d+)?) (second|minute|hour)s?\b/i.exec(message) ?? [];
  const ms = Number(amount) * (unitMs[unit?.toLowerCase() ?? ''] ?? Number.NaN);
  return Number.isFinite(ms) ? Math.round(ms) : undefined;
}
