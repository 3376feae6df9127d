/**
 * Reads the times that providers name: headers, durations in texts, the next reset of a daily quota. All results are milliseconds from `now`.
 * A time that cannot be read is no time; it must never become zero.
 */

/** Longer than any quota period; what lies beyond is a misreading. */
const retryMsMax = 400 * 24 * 3_600_000;

/** `retry-after-ms`, `retry-after` (seconds or an HTTP date). */
export function headerRetryMs(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const milliseconds = headers['retry-after-ms'];
  if (milliseconds !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(milliseconds)) return bounded(Number(milliseconds));
  const text = headers['retry-after']?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return bounded(Number(text) * 1_000);
  // Only dates: `Date.parse` takes "-5" and "12 apples" for years.
  if (!/^[A-Za-z]{3,9},? /.test(text) && !/^\d{4}-\d\d-\d\d/.test(text)) return undefined;
  return bounded(Date.parse(text) - now);
}

const limitHeader = /^(anthropic-(?:ratelimit|priority)-[a-z-]+)-reset$/;

/** The latest reset among those limits of which nothing remains; the others reset without having mattered. */
export function limitResetMs(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  let latest: number | undefined;
  for (const [name, value] of Object.entries(headers)) {
    const limit = limitHeader.exec(name)?.[1];
    if (limit === undefined || !/^\s*0+(\.0+)?\s*$/.test(headers[`${limit}-remaining`] ?? '')) continue;
    const resetMs = bounded(Date.parse(value) - now);
    if (resetMs !== undefined && (latest === undefined || resetMs > latest)) latest = resetMs;
  }
  return latest;
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `34s`, `34.4s`, `510.79ms`, `1h16m0.667s`. */
export function durationMs(text: string): number | undefined {
  const compact = text.trim().toLowerCase();
  // "ms" stands before "m" so that 500ms is not read as 500 minutes.
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(compact)) return undefined;
  let total = 0;
  for (const [, amount, unit] of compact.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(amount) * (unitMs[unit ?? ''] ?? Number.NaN);
  }
  return bounded(total);
}

/** "Please retry in 45.578569677s." */
export function sentenceRetryMs(message: string): number | undefined {
  const duration = /\b(?:retry|try again) (?:in|after) ((?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+)\b/i.exec(message)?.[1];
  return duration === undefined ? undefined : durationMs(duration);
}

/** "You will regain access on 2026-09-01 at 00:00 UTC." */
export function regainAccessMs(message: string, now: number): number | undefined {
  const match = /regain access on (\d{4}-\d\d-\d\d)(?: at (\d\d:\d\d) UTC)?/i.exec(message);
  return match === null ? undefined : bounded(Date.parse(`${match[1]}T${match[2] ?? '00:00'}:00Z`) - now);
}

const pacific = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/Los_Angeles',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** Google's daily quotas start again at midnight Pacific time. */
export function pacificMidnightMs(now: number): number {
  const here = pacificParts(now);
  // Midnight of the next day under the offset of today, then corrected once: the offset may change in between, but never at midnight itself.
  const wanted = Date.UTC(here.year, here.month - 1, here.day + 1);
  let instant = wanted + (now - (now % 1_000) - here.utc);
  instant += wanted - pacificParts(instant).utc;
  return Math.max(instant - now, 0);
}

function pacificParts(instant: number): { year: number; month: number; day: number; utc: number } {
  const part: Record<string, number> = {};
  for (const { type, value } of pacific.formatToParts(instant)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return { year, month, day, utc: Date.UTC(year, month - 1, day, hour, minute, second) };
}

function bounded(ms: number): number | undefined {
  if (!Number.isFinite(ms)) return undefined;
  return Math.min(Math.max(Math.round(ms), 0), retryMsMax);
}
