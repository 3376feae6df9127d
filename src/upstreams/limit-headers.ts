/**
 * Reads what providers say about an account's limits: the headers of any answer, and the quotas that Google names in a refusal. It reports what was said
 * and guesses nothing; a word that cannot be read is left out.
 */

import { durationMs } from './retry-time.ts';

export interface ObservedLimit {
  /** As the provider calls it: `requests`, `tokens`, `input-tokens`, a quota's id. */
  readonly what: string;
  readonly limit: number | null;
  readonly remaining: number | null;
  /** Milliseconds since the epoch. */
  readonly resetsAt: number | null;
}

/** More than any provider sends. */
const LIMITS_MAX = 16;
const NAME_CHARS_MAX = 100;

const ANTHROPIC = /^anthropic-(ratelimit|priority)-([a-z0-9-]+)-(limit|remaining|reset)$/;
const OPENAI = /^x-ratelimit-(limit|remaining|reset)-([a-z0-9-]+)$/;

export function limitsInHeaders(headers: Readonly<Record<string, string>>, now: number): ObservedLimit[] {
  const found = new Map<string, { limit?: number; remaining?: number; resetsAt?: number }>();
  const put = (what: string, part: string, text: string): void => {
    const name = what.slice(0, NAME_CHARS_MAX);
    const row = found.get(name) ?? {};
    if (found.size >= LIMITS_MAX && !found.has(name)) return;
    found.set(name, row);
    const value = part === 'reset' ? momentOf(text, now) : numberOf(text);
    if (value === undefined) return;
    if (part === 'limit') row.limit = value;
    else if (part === 'remaining') row.remaining = value;
    else row.resetsAt = value;
  };
  for (const name of Object.keys(headers)) {
    // Most headers are told apart by these few letters.
    if (!name.includes('rate') && !name.includes('priority')) continue;
    const anthropic = ANTHROPIC.exec(name);
    const text = headers[name] ?? '';
    if (anthropic !== null) {
      const [, kind = '', what = '', part = ''] = anthropic;
      put(kind === 'priority' ? `priority-${what}` : what, part, text);
      continue;
    }
    const openai = OPENAI.exec(name);
    if (openai !== null) put(openai[2] ?? '', openai[1] ?? '', text);
  }
  return [...found]
    .map(([what, { limit, remaining, resetsAt }]) => ({
      what,
      limit: limit ?? null,
      remaining: remaining ?? null,
      resetsAt: resetsAt ?? null,
    }))
    .filter(({ limit, remaining, resetsAt }) => limit !== null || remaining !== null || resetsAt !== null);
}

/** The violated quotas in the body of a 429 of Google's APIs: nothing remains of each. */
export function limitsInGoogleError(body: string, now: number): ObservedLimit[] {
  if (!body.includes('google.rpc.QuotaFailure')) return [];
  const details = detailsIn(body);
  const retry = details.find((detail) => typeOf(detail) === 'RetryInfo')?.retryDelay;
  const delayMs = typeof retry === 'string' ? durationMs(retry) : undefined;
  return details
    .filter((detail) => typeOf(detail) === 'QuotaFailure')
    .flatMap(({ violations }) => (Array.isArray(violations) ? violations : []))
    .filter((violation): violation is Record<string, unknown> => typeof violation === 'object' && violation !== null)
    .flatMap(({ quotaId, quotaMetric, quotaValue }): ObservedLimit[] => {
      const what = [quotaId, quotaMetric].find((name): name is string => typeof name === 'string' && name !== '');
      if (what === undefined) return [];
      const limit = numberOf(String(quotaValue ?? '')) ?? null;
      // The delay belongs to the minute; of a daily quota it says nothing.
      const resetsAt = delayMs === undefined || /PerDay/i.test(what) ? null : now + delayMs;
      return [{ what: what.slice(0, NAME_CHARS_MAX), limit, remaining: 0, resetsAt }];
    })
    .slice(0, LIMITS_MAX);
}

function detailsIn(body: string): Record<string, unknown>[] {
  try {
    const parsed: unknown = JSON.parse(body);
    const first = (Array.isArray(parsed) ? parsed[0] : parsed) as { error?: { details?: unknown } } | null;
    const details = first?.error?.details;
    return Array.isArray(details) ? details.filter((each) => typeof each === 'object' && each !== null) : [];
  } catch {
    return [];
  }
}

function typeOf(detail: Record<string, unknown>): string {
  return /google\.rpc\.(\w+)$/.exec(String(detail['@type'] ?? ''))?.[1] ?? '';
}

function numberOf(text: string): number | undefined {
  return /^\s*\d{1,15}(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

/** Anthropic names a moment, OpenAI a time from now (`6m0s`, `1s`) or, as others do, seconds. */
function momentOf(text: string, now: number): number | undefined {
  const trimmed = text.trim();
  if (/^\d{4}-\d\d-\d\dT/.test(trimmed)) return finite(Date.parse(trimmed));
  const afterMs = /^\d+(\.\d+)?$/.test(trimmed) ? undefined : durationMs(trimmed);
  if (afterMs !== undefined) return now + afterMs;
  const number = numberOf(trimmed);
  if (number === undefined) return undefined;
  // Compatible servers send seconds from now, or the moment in seconds or milliseconds since the epoch.
  if (number > EPOCH_MS_MIN) return finite(number);
  return number > EPOCH_SECONDS_MIN ? finite(number * 1_000) : now + number * 1_000;
}
const EPOCH_SECONDS_MIN = 1e9;
const EPOCH_MS_MIN = 1e12;
const DATE_MS_MAX = 8.64e15;

function finite(ms: number): number | undefined {
  return Number.isFinite(ms) && ms <= DATE_MS_MAX ? ms : undefined;
}
