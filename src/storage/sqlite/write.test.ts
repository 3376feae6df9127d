import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { FinishedRecord } from '../../monitor/rows.ts';
import { openForWriting } from './database.ts';
import type { StateChange } from './messages.ts';
import { JOURNAL, STATE } from './schema.ts';
import { writeRecords, writeState } from './write.ts';

let directory: string;
let open: DatabaseSync[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'agt-write-'));
  open = [];
});
afterEach(() => {
  for (const database of open) database.close();
  rmSync(directory, { recursive: true, force: true });
});
function database(schema: typeof JOURNAL): DatabaseSync {
  const { database } = openForWriting(directory, schema, 0);
  open.push(database);
  return database;
}
const countOf = (from: DatabaseSync, table: string) => from.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n;

function record(id: string, attempts: number, status = 200): FinishedRecord {
  const texts = { protocol: 'anthropic', method: 'POST', path: '/', model: 'm', mapped_model: 'm', account_email: 'a' };
  const times = { duration_ms: 1, first_byte_ms: null, first_content_ms: null };
  const tokens = { input_tokens: null, output_tokens: null, cache_read_tokens: null };
  const row = { id, time: '2026-01-01T00:00:00.000Z', status, ...texts, ...times, ...tokens };
  const attempt = { account_email: 'a', provider: 'gemini', mapped_model: 'm', started_ms: 0, ...times, ended_ms: 1 };
  const end = { status: null, result: 'ok', failure: null, action: '', delay_ms: null, upstream_request_id: null };
  const record = {
    row: { ...row, outcome: 'ok', stop_reason: null, flags: [], stream: true, attempts, conversation: null },
    attempts: Array.from({ length: attempts }, (_, n) => ({
      n: n + 1,
      ...attempt,
      ...end,
      ...tokens,
      why: null,
      hedge: false,
      resume: null,
    })),
    request: { headers: {}, body: '' },
    response: { headers: {}, body: '' },
    log: [],
    steps: [],
    changes: [],
    marks: [],
    raw: [],
    error: null,
    search: id,
  };
  return record as unknown as FinishedRecord;
}

it('of a batch with a record that cannot be written nothing is written, and the next batch is', () => {
  const journal = database(JOURNAL);
  expect(() => writeRecords(journal, [record('a', 2), record('bad', 1, 1.5), record('c', 1)])).toThrow();
  expect(['requests', 'attempts', 'bodies'].map((table) => countOf(journal, table))).toEqual([0, 0, 0]);
  writeRecords(journal, [record('a', 2), record('c', 1)]);
  expect(['requests', 'attempts', 'bodies'].map((table) => countOf(journal, table))).toEqual([2, 3, 2]);
});

it('a batch that is written a second time leaves no trace of the first', () => {
  const journal = database(JOURNAL);
  writeRecords(journal, [record('a', 3)]);
  writeRecords(journal, [record('a', 1)]);
  expect(['requests', 'attempts', 'bodies'].map((table) => countOf(journal, table))).toEqual([1, 1, 1]);
});

it('of a batch of state changes that fails nothing stays', () => {
  const state = database(STATE);
  const put = (key: string, value: unknown) =>
    ({ change: 'put', table: 'bindings', entry: { key, value, expires: 10 } }) as StateChange;
  expect(() => writeState(state, [put('a', '1'), put('bad', null)], 0)).toThrow();
  expect(countOf(state, 'entries')).toBe(0);
});
