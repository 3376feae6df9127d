import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recordOf } from '../record.testing.ts';
import { openForWriting } from './database.ts';
import { SEQ_MAX } from './order.ts';
import { JOURNAL } from './schema.ts';
import { readStats } from './stats.ts';
import { remove } from './upkeep.ts';
import { writeRecords } from './write.ts';

const T0 = Date.UTC(2026, 5, 1, 10);
const HOUR = 3_600_000;
let directory: string;
let database: DatabaseSync;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'agt-stats-'));
  ({ database } = openForWriting(directory, JOURNAL, 0));
});
afterEach(() => {
  database.close();
  rmSync(directory, { recursive: true, force: true });
});
const ask = { since: T0, until: T0 + 24 * HOUR, timeZone: 'UTC' };
const failing = { failure: 'overloaded: the model is overloaded', result: 'failed' as const };

function writeSome(): void {
  writeRecords(database, [
    recordOf({ row: { id: 'a', input_tokens: 10, output_tokens: 2, first_content_ms: 100 }, time: T0 }),
    recordOf({
      row: { id: 'b', outcome: 'healed', flags: ['retried', 'rotated'], input_tokens: 5, cache_read_tokens: 3 },
      time: T0 + 1,
      attempts: [failing, {}],
    }),
    recordOf({
      row: { id: 'c', outcome: 'failed', model: 'gpt-5', account_email: 'bob@example.com' },
      time: T0 + HOUR,
      attempts: [failing, failing, { failure: 'timeout: no answer', result: 'failed' }],
    }),
    recordOf({ row: { id: 'd', outcome: 'cancelled', first_content_ms: 5000 }, time: T0 + 13.5 * HOUR }),
    recordOf({ row: { id: 'outside' }, time: T0 + 24 * HOUR }),
  ]);
}

it('counts every request once, by the hour in which it began', () => {
  writeSome();
  const stats = readStats(database, { by: 'hour', ...ask });
  expect(stats.since).toBe('2026-06-01T10:00:00.000Z');
  expect(stats.buckets.map(({ key, requests }) => [key, requests])).toEqual([
    ['2026-06-01T10:00:00Z', 2],
    ['2026-06-01T11:00:00Z', 1],
    ['2026-06-01T23:00:00Z', 1],
  ]);
  expect(stats.total).toMatchObject({ requests: 4, ok: 1, healed: 1, failed: 1, cancelled: 1 });
  expect(stats.total).toMatchObject({ input_tokens: 15, output_tokens: 2, cache_read_tokens: 3 });
  expect(stats.total.flags).toMatchObject({ retried: 1, rotated: 1, resumed: 0 });
});

it('counts the days of the time zone that is asked for', () => {
  writeSome();
  const days = readStats(database, { by: 'day', ...ask, timeZone: 'Europe/Berlin' }).buckets;
  expect(days.map(({ key, requests }) => [key, requests])).toEqual([
    ['2026-06-01T00:00:00+02:00', 3],
    ['2026-06-02T00:00:00+02:00', 1],
  ]);
});

it('counts by model and account, the most used first', () => {
  writeSome();
  const by = (what: 'model' | 'account') =>
    readStats(database, { by: what, ...ask }).buckets.map(({ key, requests }) => [key, requests]);
  expect(by('model')).toEqual([
    ['claude-haiku-4-5', 3],
    ['gpt-5', 1],
  ]);
  expect(by('account')).toEqual([
    ['ada@example.com', 3],
    ['bob@example.com', 1],
  ]);
});

it('counts attempts by their kind of failure, and the requests that failed with it once', () => {
  writeSome();
  expect(readStats(database, { by: 'hour', ...ask }).failures).toEqual([
    { kind: 'overloaded', attempts: 3, requests_failed: 1 },
    { kind: 'timeout', attempts: 1, requests_failed: 1 },
  ]);
});

it('tells the middle and the slowest hundredth of the times to first content within 5 %', () => {
  const times = Array.from({ length: 500 }, (_, n) => Math.round(50 * 1.012 ** n));
  writeRecords(
    database,
    times.map((first_content_ms, n) => recordOf({ row: { id: `r${n}`, first_content_ms }, time: T0 + n })),
  );
  const { total } = readStats(database, { by: 'hour', ...ask });
  expect(Math.abs((total.first_content_p50_ms ?? 0) / (times[249] ?? 1) - 1)).toBeLessThan(0.05);
  expect(Math.abs((total.first_content_p99_ms ?? 0) / (times[494] ?? 1) - 1)).toBeLessThan(0.05);
  const empty = readStats(database, { by: 'hour', ...ask, since: T0 + 20 * HOUR });
  expect([empty.total.requests, empty.total.first_content_p50_ms]).toEqual([0, null]);
});

it('a deleted or replaced request is no longer counted, and of nothing nothing is left', () => {
  writeSome();
  writeRecords(database, [recordOf({ row: { id: 'c' }, time: T0 + HOUR })]);
  const again = readStats(database, { by: 'model', ...ask });
  expect(again.total).toMatchObject({ requests: 4, ok: 2, failed: 0 });
  expect(again.buckets.map((bucket) => bucket.key)).toEqual(['claude-haiku-4-5']);
  expect(again.failures).toEqual([{ kind: 'overloaded', attempts: 1, requests_failed: 0 }]);
  expect(remove(database, {}, SEQ_MAX).deleted).toBe(5);
  expect(database.prepare('SELECT count(*) AS n FROM tally').get()).toEqual({ n: 0 });
  expect(database.prepare('SELECT count(*) AS n FROM words').get()).toEqual({ n: 0 });
});
