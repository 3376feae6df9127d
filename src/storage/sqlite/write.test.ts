import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { FinishedRecord } from '../../monitor/rows.ts';
import { recordOf } from '../record.testing.ts';
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

const record = (id: string, attempts: number, status = 200): FinishedRecord =>
  recordOf({ row: { id, status }, attempts: Array.from({ length: attempts }, () => ({})) });

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
