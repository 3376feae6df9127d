/** The ranges of time that the overview can show, and how finely. Pure. */

import type { StatsBucket, StatsBy } from '../../../../src/monitor/views.ts';

export const RANGES = ['24h', '7d', '30d'] as const;
export type Range = (typeof RANGES)[number];

interface RangeRow {
  readonly ms: number;
  readonly by: Extract<StatsBy, 'hour' | 'day'>;
}
/** About a hundred points at most: more are not seen apart. */
const ROWS: Readonly<Record<Range, RangeRow>> = {
  '24h': { ms: 86_400_000, by: 'hour' },
  '7d': { ms: 604_800_000, by: 'hour' },
  '30d': { ms: 2_592_000_000, by: 'day' },
};

export function readRange(text: string | null): Range {
  return RANGES.find((range) => range === text) ?? '24h';
}

export function stepOf(range: Range): RangeRow['by'] {
  return ROWS[range].by;
}

/** In whole minutes, so that what is asked again within one comes from the cache. */
export function windowOf(range: Range, now: number): { readonly since: string; readonly until: string } {
  const until = Math.ceil(now / 60_000) * 60_000;
  return { since: new Date(until - ROWS[range].ms).toISOString(), until: new Date(until).toISOString() };
}

/** A point of time: null where nothing was measured, so that a line has a gap there and not a zero. */
export interface Points {
  /** Seconds since the epoch. */
  readonly times: readonly number[];
  readonly ok: readonly number[];
  readonly healed: readonly number[];
  readonly failed: readonly number[];
  readonly cancelled: readonly number[];
  readonly p50: readonly (number | null)[];
  readonly p99: readonly (number | null)[];
}

/** The API leaves out hours without requests; a chart must not draw a line across them. */
export function pointsOf(buckets: readonly StatsBucket[], range: Range, since: string, until: string): Points {
  const known = buckets
    .map((bucket) => ({ at: Date.parse(bucket.key), bucket }))
    .filter(({ at }) => Number.isFinite(at))
    .sort((a, b) => a.at - b.at);
  const rows = stepOf(range) === 'hour' ? withHours(known, Date.parse(since), Date.parse(until)) : known;
  const column = <T>(read: (bucket: StatsBucket) => T, absent: T) =>
    rows.map(({ bucket }) => (bucket === undefined ? absent : read(bucket)));
  return {
    times: rows.map(({ at }) => at / 1_000),
    ok: column((bucket) => bucket.ok, 0),
    healed: column((bucket) => bucket.healed, 0),
    failed: column((bucket) => bucket.failed, 0),
    cancelled: column((bucket) => bucket.cancelled, 0),
    p50: column((bucket) => bucket.first_content_p50_ms, null),
    p99: column((bucket) => bucket.first_content_p99_ms, null),
  };
}

interface Point {
  readonly at: number;
  readonly bucket: StatsBucket | undefined;
}

const HOUR_MS = 3_600_000;
/** Far more than a range has: a clock that was set wrong must not fill the memory. */
const POINTS_MAX = 1_000;

/** Zones with half hours begin theirs at other minutes: the known ones say where. */
function withHours(known: readonly Point[], since: number, until: number): readonly Point[] {
  const [first] = known;
  if (first === undefined) return [];
  const byTime = new Map(known.map((point) => [point.at, point]));
  const offset = first.at % HOUR_MS;
  const start = Math.floor((since - offset) / HOUR_MS) * HOUR_MS + offset;
  for (let at = start; at < until && byTime.size < POINTS_MAX; at += HOUR_MS) {
    if (!byTime.has(at)) byTime.set(at, { at, bucket: undefined });
  }
  return [...byTime.values()].sort((a, b) => a.at - b.at);
}

/** Running sums, lowest first: what is drawn from the last to the first stacks up. */
export function stacked(series: readonly (readonly number[])[]): number[][] {
  const sums: number[][] = [];
  for (const values of series) {
    const below = sums.at(-1);
    sums.push(values.map((value, index) => value + (below?.[index] ?? 0)));
  }
  return sums;
}

/** Null where there is nothing to divide by. */
export function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
