/**
 * The overview, from the counts alone: its cost grows with hours, models and accounts, not with rows. p50 and p99 are those of classes of 9 % width,
 * so they are true to about 5 %. Costs in money are not guessed: nobody states them.
 */

import type { DatabaseSync } from 'node:sqlite';
import type { Flag } from '../../model/journal.ts';
import type { StatsBucket, StatsBy, StatsView } from '../../monitor/views.ts';
import { COARSE_SLOTS, classMs, DAY_SLOTS, FLAG, SLOT_MS, type TallyKind, TIME_CLASS } from './tally.ts';
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

type Sums = ReadonlyMap<string, number>;
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
  return {
    by,
    since: new Date(span.from * SLOT_MS).toISOString(),
    until: new Date(span.to * SLOT_MS).toISOString(),
    total: bucket('', sumsOver(database, 'all', span)),
    buckets: by === 'hour' || by === 'day' ? byTime(database, span, by, timeZone) : byName(database, span, by),
    failures: failures(database, span),
  };
}

function byTime(database: DatabaseSync, { from, to }: Span, unit: 'hour' | 'day', timeZone: string): StatsBucket[] {
  const zone = createZone(timeZone);
  const slots = database
    .prepare("SELECT DISTINCT slot FROM tally WHERE kind = 'all' AND slot >= ? AND slot < ?")
    .all(from, to);
  // Runs of slots that belong to one hour or day, so that SQLite adds them up and not this thread.
  const runs: { key: string; from: number; to: number }[] = [];
  for (const { slot } of slots) {
    const start = Number(slot);
    const key = zone.startOf(unit, start * SLOT_MS);
    const last = runs.at(-1);
    if (last?.key === key) last.to = start + 1;
    else runs.push({ key, from: start, to: start + 1 });
  }
  const kept = runs.slice(-BUCKETS_MAX);
  const sums = database.prepare(
    `SELECT measure, sum(amount) AS amount FROM tally WHERE kind = 'all' AND slot >= ? AND slot < ? GROUP BY measure`,
  );
  return kept.map((run) => bucket(run.key, sumsOf(sums.all(run.from, run.to))));
}

function byName(database: DatabaseSync, span: Span, kind: 'model' | 'account'): StatsBucket[] {
  // Whole days where they are whole, hours at both ends.
  const dayFrom = Math.min(Math.ceil(span.from / DAY_SLOTS) * DAY_SLOTS, span.to);
  const dayTo = Math.max(Math.floor(span.to / DAY_SLOTS) * DAY_SLOTS, dayFrom);
  const part = 'SELECT key, measure, amount FROM tally WHERE kind = ? AND slot >= ? AND slot < ?';
  const rows = database
    .prepare(
      `SELECT key, measure, sum(amount) AS amount FROM (${part} UNION ALL ${part} UNION ALL ${part}) GROUP BY key, measure`,
    )
    .all(kind, span.from, dayFrom, `${kind}-day`, dayFrom, dayTo, kind, dayTo, span.to);
  const buckets = [...Map.groupBy(rows, (row) => String(row.key))].map(([key, of]) => bucket(key, sumsOf(of)));
  return buckets.sort((a, b) => b.requests - a.requests || (a.key < b.key ? -1 : 1)).slice(0, BUCKETS_MAX);
}

function failures(database: DatabaseSync, span: Span): StatsView['failures'] {
  const fatal = sumsOver(database, 'fatal', span);
  return [...sumsOver(database, 'failure', span)]
    .map(([kind, count]) => ({ kind, attempts: count, requests_failed: fatal.get(kind) ?? 0 }))
    .sort((a, b) => b.attempts - a.attempts || (a.kind < b.kind ? -1 : 1));
}

function sumsOver(database: DatabaseSync, kind: TallyKind, { from, to }: Span): Sums {
  const rows = database
    .prepare(
      'SELECT measure, sum(amount) AS amount FROM tally WHERE kind = ? AND slot >= ? AND slot < ? GROUP BY measure',
    )
    .all(kind, from, to);
  return sumsOf(rows);
}

function sumsOf(rows: readonly Record<string, unknown>[]): Sums {
  return new Map(rows.map(({ measure, amount }) => [String(measure), Number(amount)]));
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
