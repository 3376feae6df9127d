/**
 * The overview, from the counts alone: its cost grows with hours, models and accounts, not with rows. p50 and p99 are those of classes of 9 % width,
 * so they are true to about 5 %. Costs in money are not guessed: nobody states them.
 */

import type { DatabaseSync } from 'node:sqlite';
import type { Flag } from '../../model/journal.ts';
import type { StatsBucket, StatsBy, StatsView } from '../../monitor/views.ts';
import { COARSE_SLOTS, classMs, FLAG, SLOT_MS, type TallyKind, TIME_CLASS } from './tally.ts';
import { createZone } from './zone.ts';

export interface StatsAsk {
  readonly by: StatsBy;
  readonly since: number;
  readonly until: number;
  readonly timeZone: string;
}

/** Named in the answer: hours of many years, models that clients made up. Above it the rest is in the total only. */
const BUCKETS_MAX = 5_000;

const NO_FLAGS: Readonly<Record<Flag, number>> = {
  zero_token: 0,
  retried: 0,
  rotated: 0,
  repaired: 0,
  resumed: 0,
  fallback: 0,
  interrupted: 0,
};

type Sums = Map<string, number>;
interface Span {
  readonly from: number;
  readonly to: number;
}

export function readStats(database: DatabaseSync, { by, since, until, timeZone }: StatsAsk): StatsView {
  const slots = COARSE_SLOTS * SLOT_MS;
  const span = {
    from: Math.floor(since / slots) * COARSE_SLOTS,
    to: Math.ceil(until / slots) * COARSE_SLOTS,
  };
  const total = sumsBy(database, 'all', span, 'key', () => '').get('') ?? new Map();
  return {
    by,
    since: new Date(span.from * SLOT_MS).toISOString(),
    until: new Date(span.to * SLOT_MS).toISOString(),
    total: bucket('', total),
    buckets: by === 'hour' || by === 'day' ? byTime(database, span, by, timeZone) : byName(database, span, by),
    failures: failures(database, span),
  };
}

function byTime(database: DatabaseSync, span: Span, unit: 'hour' | 'day', timeZone: string): StatsBucket[] {
  const zone = createZone(timeZone);
  const starts = new Map<unknown, string>();
  const start = (slot: unknown): string => {
    const known = starts.get(slot) ?? zone.startOf(unit, Number(slot) * SLOT_MS);
    starts.set(slot, known);
    return known;
  };
  const sums = sumsBy(database, 'all', span, 'slot', start);
  const buckets = [...sums].map(([key, measures]) => bucket(key, measures));
  return buckets.sort((a, b) => Date.parse(a.key) - Date.parse(b.key)).slice(-BUCKETS_MAX);
}

function byName(database: DatabaseSync, span: Span, kind: 'model' | 'account'): StatsBucket[] {
  const sums = sumsBy(database, kind, span, 'key', String);
  const buckets = [...sums].map(([key, measures]) => bucket(key, measures));
  return buckets.sort((a, b) => b.requests - a.requests || (a.key < b.key ? -1 : 1)).slice(0, BUCKETS_MAX);
}

function failures(database: DatabaseSync, span: Span): StatsView['failures'] {
  const attempts = sumsBy(database, 'failure', span, 'key', () => '').get('') ?? new Map<string, number>();
  const fatal = sumsBy(database, 'fatal', span, 'key', () => '').get('') ?? new Map<string, number>();
  return [...attempts]
    .map(([kind, count]) => ({ kind, attempts: count, requests_failed: fatal.get(kind) ?? 0 }))
    .sort((a, b) => b.attempts - a.attempts || (a.kind < b.kind ? -1 : 1));
}

/** The sums of each measure, by what `name` makes of a slot or key. */
function sumsBy(
  database: DatabaseSync,
  kind: TallyKind,
  { from, to }: Span,
  column: 'slot' | 'key',
  name: (value: unknown) => string,
): Map<string, Sums> {
  const rows = database
    .prepare(
      `SELECT ${column} AS place, measure, sum(amount) AS amount FROM tally
      WHERE kind = ? AND slot >= ? AND slot < ? GROUP BY ${column}, measure`,
    )
    .all(kind, from, to);
  const sums = new Map<string, Sums>();
  for (const { place, measure, amount } of rows) {
    const key = name(place);
    const measures = sums.get(key) ?? new Map<string, number>();
    measures.set(String(measure), (measures.get(String(measure)) ?? 0) + Number(amount));
    sums.set(key, measures);
  }
  return sums;
}

function bucket(key: string, sums: Sums): StatsBucket {
  const of = (measure: string): number => sums.get(measure) ?? 0;
  const flags = Object.fromEntries(Object.keys(NO_FLAGS).map((flag) => [flag, of(FLAG + flag)]));
  const times = [...sums]
    .filter(([measure]) => measure.startsWith(TIME_CLASS))
    .map(([measure, amount]) => [Number(measure.slice(TIME_CLASS.length)), amount] as const)
    .sort(([a], [b]) => a - b);
  return {
    key,
    requests: of('requests'),
    ok: of('ok'),
    healed: of('healed'),
    failed: of('failed'),
    cancelled: of('cancelled'),
    flags: flags as Record<Flag, number>,
    input_tokens: of('input'),
    output_tokens: of('output'),
    cache_read_tokens: of('cached'),
    first_content_p50_ms: quantile(times, 0.5),
    first_content_p99_ms: quantile(times, 0.99),
  };
}

function quantile(times: readonly (readonly [number, number])[], share: number): number | null {
  const all = times.reduce((sum, [, amount]) => sum + amount, 0);
  let seen = 0;
  for (const [timeClass, amount] of times) {
    seen += amount;
    if (seen >= share * all) return classMs(timeClass);
  }
  return null;
}
