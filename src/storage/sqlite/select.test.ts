import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createChance, pick } from '../../lab/seed.ts';
import type { FinishedRecord, RequestFilter } from '../../monitor/rows.ts';
import { createMemoryJournal } from '../memory/journal.ts';
import { recordOf } from '../record.testing.ts';
import { openForWriting } from './database.ts';
import { SEQ_MAX } from './order.ts';
import { findRequest, listRequests, pageOfRecords } from './read.ts';
import { JOURNAL, SHAPE_COLUMNS } from './schema.ts';
import { selectSeqs } from './select.ts';
import { nextShapeSql, shapesOf } from './shapes.ts';
import { writeRecords } from './write.ts';

const T0 = Date.UTC(2026, 0, 1);
const ROWS = 600;
const chance = createChance('filters');
const MODELS = ['claude-haiku-4-5', 'gemini-3-flash', 'gpt-5', '100%_model', "o'model"];
const PATHS = ['/v1/messages', '/v1/responses', '/v1/chat/completions'];
const FAILURES = ['stream-error: Verbindung geschloßen', 'rate-limited: 429 (7)', 'overloaded: try\nagain'];

let directory: string;
let database: DatabaseSync;
const records: FinishedRecord[] = [];
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'agt-select-'));
  ({ database } = openForWriting(directory, JOURNAL, 0));
  for (let n = 0; n < ROWS; n += 1) {
    const failure = chance() < 0.3 ? pick(FAILURES, chance) : null;
    const row = {
      id: `R${String(n).padStart(4, '0')}`,
      protocol: pick(['anthropic', 'gemini', 'openai-chat'] as const, chance),
      path: pick(PATHS, chance),
      model: pick(MODELS, chance),
      mapped_model: pick(MODELS, chance),
      account_email: chance() < 0.01 ? 'rare@example.com' : pick(['ada@example.com', 'bob@example.com'], chance),
      status: pick([200, 200, 200, 404, 429, 503], chance),
      outcome: pick(['ok', 'healed', 'failed'] as const, chance),
      flags: pick([[], ['retried'], ['retried', 'rotated'], ['zero_token']] as const, chance),
      stop_reason: pick([null, 'end_turn', 'STOP'], chance),
      conversation: pick([null, 'c1', 'c2'], chance),
    };
    // Several in one millisecond, and not in the order of their time.
    const time = T0 + Math.floor(chance() * ROWS) * 3;
    records.push(recordOf({ row, time, attempts: [{ failure }] }));
  }
  // Of one millisecond the rows stand in the order in which they were written: here that of their ids.
  for (let n = 0; n < ROWS; n += 50) writeRecords(database, records.slice(n, n + 50));
});
afterAll(() => {
  database.close();
  rmSync(directory, { recursive: true, force: true });
});

function memory() {
  const journal = createMemoryJournal((finished) => ({
    see: () => {
      for (const record of records) finished(record);
    },
  }));
  journal.note({ fact: 'exchange-ended', id: 'all' } as never);
  return journal.query;
}
function filterOf(): RequestFilter {
  const some = <T>(share: number, value: () => T): T | undefined => (chance() < share ? value() : undefined);
  const from = T0 + Math.floor(chance() * ROWS * 3);
  const stated = {
    q: some(0.4, () =>
      pick(['HAIKU', 'r01', '5', '7)', '%_', "o'm", 'GESCHLOß', 'none of it', 'rare@', 'tried'], chance),
    ),
    protocol: some(0.2, () => 'gemini' as const),
    model: some(0.25, () => pick([...MODELS, 'unknown'], chance)),
    account: some(0.2, () => pick(['ada@example.com', 'rare@example.com'], chance)),
    status: some(0.2, () =>
      pick(
        [
          { from: 200, to: 200 },
          { from: 400, to: 499 },
          { from: 418, to: 418 },
        ],
        chance,
      ),
    ),
    outcome: some(0.2, () => pick(['failed', 'cancelled'] as const, chance)),
    flag: some(0.2, () => pick(['retried', 'rotated', 'repaired'] as const, chance)),
    path: some(0.15, () => pick([...PATHS, '/v1'], chance)),
    conversation: some(0.15, () => pick(['c1', 'c3'], chance)),
    since: some(0.15, () => from),
    until: some(0.15, () => from + 300),
    before: some(0.2, () => {
      const { row } = pick(records, chance);
      return { time: Date.parse(row.time), id: row.id };
    }),
  };
  const present = Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined));
  return { ...present, limit: pick([1, 7, 50, 1000], chance) };
}

describe('a search', () => {
  it('finds what looking at every row finds, in the same order, whichever way it goes', async () => {
    const query = memory();
    let found = 0;
    for (let round = 0; round < 300; round += 1) {
      const filter = filterOf();
      const expected = (await query.list(filter)).map((row) => row.id);
      expect(
        listRequests(database, filter).map((row) => row.id),
        JSON.stringify(filter),
      ).toEqual(expected);
      // As with so many rows that no condition is worth driving, and with so many shapes that the table is read.
      for (const shapesMax of [ROWS, 0]) {
        const other = selectSeqs(database, filter, SEQ_MAX, { drivingRowsMax: -1, shapesMax });
        expect(other, JSON.stringify(filter)).toEqual(selectSeqs(database, filter));
      }
      found += expected.length;
    }
    expect(found).toBeGreaterThan(500);
  });

  it.each(['"', '"" OR "', '\0ab', '😀a', '😀😀😀', 'a* NOT b', "'"])(
    'takes %j as a text and nothing else',
    async (q) => {
      const expected = (await memory().list({ q, limit: 1_000 })).map((row) => row.id);
      const found = listRequests(database, { q, limit: 1_000 }).map((row) => row.id);
      expect(found).toEqual(expected);
    },
  );

  it('jumps from shape to shape, and reads no row for values that never meet', () => {
    const shapes = shapesOf(database, ROWS) ?? [];
    const columns = SHAPE_COLUMNS.join(', ');
    const [counted] = database.prepare(`SELECT count(*) AS n FROM (SELECT DISTINCT ${columns} FROM requests)`).all();
    expect(shapes).toHaveLength(Number(counted?.n));
    for (let depth = 0; depth < SHAPE_COLUMNS.length; depth += 1) {
      const bound = new Array(depth + 1).fill(1);
      const [plan] = database.prepare(`EXPLAIN QUERY PLAN ${nextShapeSql(depth)}`).all(...bound);
      const seek = SHAPE_COLUMNS.slice(0, depth + 1).map((name, place) => `${name}${place < depth ? '=' : '>'}?`);
      expect(plan?.detail).toBe(`SEARCH requests USING COVERING INDEX by_shape (${seek.join(' AND ')})`);
    }
  });

  it('reads a page of whole records that are those found one by one', () => {
    const page = pageOfRecords(database, { limit: 20, outcome: 'failed' });
    expect(page).toHaveLength(20);
    for (const record of page) expect(record).toEqual(findRequest(database, record.row.id));
  });

  it('goes on after a row that has been deleted meanwhile, without a row twice', () => {
    const [first] = listRequests(database, { limit: 1 });
    const before = { time: Date.parse(first?.time ?? ''), id: 'no longer there' };
    const rows = listRequests(database, { limit: 5, before });
    expect(rows.every((row) => Date.parse(row.time) < before.time)).toBe(true);
    expect(rows).toHaveLength(5);
  });

  it.each([
    ['status', { status: { from: 404, to: 404 } }],
    ['outcome', { outcome: 'failed' }],
    ['flag', { flag: 'rotated' }],
    ['model', { model: 'gpt-5' }],
    ['conversation', { conversation: 'c1' }],
    ['path', { path: '/v1/responses' }],
  ] as [string, Partial<RequestFilter>][])(
    'by %s alone is answered from an index that is in the order of the list',
    (column, filter) => {
      const asked: string[] = [];
      const watched = new Proxy(database, {
        get: (target, name) =>
          name === 'prepare'
            ? (sql: string) => {
                asked.push(sql);
                return target.prepare(sql);
              }
            : Reflect.get(target, name),
      });
      selectSeqs(watched, { limit: 10, ...filter });
      const last = asked.filter((sql) => sql.includes('ORDER BY seq DESC')).at(-1) ?? '';
      const plan = database
        .prepare(`EXPLAIN QUERY PLAN ${last}`)
        .all('x', 0, 0, 0)
        .map((row) => String(row.detail));
      expect(plan.join('\n')).toMatch(/SEARCH requests USING COVERING INDEX by_/);
      expect(plan.join('\n'), column).not.toContain('TEMP B-TREE');
    },
  );
});
