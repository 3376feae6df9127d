import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createChance, randomText } from '../../lab/seed.ts';
import { recordOf } from '../record.testing.ts';
import { cleanse, forgetFile } from './cleanse.ts';
import { openForReading, openForWriting } from './database.ts';
import { SEQ_MAX } from './order.ts';
import { findRequest, listRequests } from './read.ts';
import { JOURNAL } from './schema.ts';
import { compact, remove } from './upkeep.ts';
import { writeRecords } from './write.ts';

const T0 = Date.UTC(2026, 0, 1);
const CANARY = 'canary-7f3a9c';
let directory: string;
let path: string;
let database: DatabaseSync;
let reader: DatabaseSync;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'agt-cleanse-'));
  path = join(directory, JOURNAL.file);
  open();
});
afterEach(() => {
  close();
  rmSync(directory, { recursive: true, force: true });
});
function open(): void {
  database = openForWriting(directory, JOURNAL, T0).database;
  reader = openForReading(directory, JOURNAL);
}
function close(): void {
  for (const each of [reader, database]) if (each.isOpen) each.close();
  forgetFile(database);
}

/** Rows in no order, as requests end; every third says what is to be deleted. Long and short, so that pages split and merge. */
function write(seed: string, rows: number): void {
  const chance = createChance(seed);
  for (let written = 0; written < rows; written += 10) {
    const batch = Array.from({ length: 10 }, (_, n) => {
      const isGoing = (written + n) % 3 === 0;
      const word = isGoing ? CANARY : 'staying';
      const id = `${isGoing ? CANARY : 'kept'}-${seed}-${randomText(8, chance)}`;
      const about = `${word} ${randomText(Math.floor(chance() ** 3 * 3_000), chance)}`;
      const row = {
        id,
        model: `model-${word}`,
        path: `/${word}`,
        conversation: `talk-${word}-${randomText(6, chance)}`,
      };
      const time = T0 + Math.floor(chance() * 1_000_000);
      return recordOf({ row, time, attempts: [{ failure: about, upstream_request_id: `up-${word}` }] });
    });
    writeRecords(database, batch);
  }
}
function removeAll(): void {
  for (let below = SEQ_MAX, more = true; more; ) ({ below, more } = remove(database, { path: `/${CANARY}` }, below));
}
/** `between` runs between two steps. */
function cleanseAll(between: (step: number) => void = () => {}): void {
  for (let step = 0, state = 'more'; state !== 'done'; step += 1) {
    // One group of pages at a time.
    state = cleanse(database, path, step === 0, 1);
    expect(state).not.toBe('busy');
    between(step);
  }
  while (compact(database, path) === 'more');
}
const isInFiles = (text: string) =>
  [path, `${path}-wal`].some((file) => existsSync(file) && readFileSync(file).includes(text));
const kept = (from: DatabaseSync) => {
  const rows = listRequests(from, { limit: 10_000 }).filter((row) => !row.id.startsWith(CANARY));
  return rows.map((row) => findRequest(from, row.id));
};
const integrity = (of: DatabaseSync) => of.prepare('PRAGMA integrity_check').all();

it('leaves nothing of deleted rows in the file, where deleting alone does, and changes no other row', () => {
  write('a', 1_500);
  const before = kept(database);
  removeAll();
  compact(database, path);
  // Or this test shows nothing.
  expect(isInFiles(CANARY)).toBe(true);
  cleanseAll();
  expect(isInFiles(CANARY)).toBe(false);
  expect(kept(database)).toEqual(before);
  expect(before).toHaveLength(1_000);
  expect(integrity(database)).toEqual([{ integrity_check: 'ok' }]);
  expect(kept(reader)).toEqual(before);
  close();
  open();
  expect(integrity(database)).toEqual([{ integrity_check: 'ok' }]);
  expect(kept(database)).toEqual(before);
});

it('also of the text index, which could tell the pieces of a deleted text', () => {
  write('a', 300);
  const pieces = () => {
    database.exec("CREATE VIRTUAL TABLE IF NOT EXISTS temp.pieces USING fts5vocab('main', 'texts', 'row')");
    return database.prepare("SELECT count(*) AS n FROM temp.pieces WHERE term = '7f3'").get()?.n;
  };
  expect(pieces()).toBe(1);
  removeAll();
  cleanseAll();
  expect(pieces()).toBe(0);
  expect(listRequests(database, { limit: 1_000, q: 'staying' })).toHaveLength(200);
});

it('goes on over whatever is written and deleted between its steps', () => {
  write('a', 1_500);
  removeAll();
  let writes = 0;
  cleanseAll((step) => {
    if (writes > 12) return;
    writes += 1;
    write(`b${step}`, 60);
    removeAll();
  });
  // What was deleted between two steps is a matter of the next deletion's first step.
  cleanseAll();
  expect(isInFiles(CANARY)).toBe(false);
  expect(kept(database)).toHaveLength(1_000 + writes * 40);
  expect(integrity(database)).toEqual([{ integrity_check: 'ok' }]);
});

it('moved pages are looked through again: rows written between the steps bring nothing back', () => {
  write('a', 1_500);
  removeAll();
  const stays = (step: number) =>
    recordOf({ row: { id: `late-${step}` }, time: T0 + step * 77_000, attempts: [{ failure: 'x'.repeat(2_000) }] });
  cleanseAll((step) => writeRecords(database, [stays(step)]));
  expect(isInFiles(CANARY)).toBe(false);
  expect(integrity(database)).toEqual([{ integrity_check: 'ok' }]);
});

it('waits for a reader that still sees the rows', () => {
  write('a', 300);
  removeAll();
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM requests').get();
  writeRecords(database, [recordOf({ row: { id: 'one' } })]);
  let state = cleanse(database, path, true);
  for (let step = 0; step < 100 && state === 'more'; step += 1) state = cleanse(database, path, false);
  expect(state).toBe('busy');
  reader.exec('COMMIT');
  while (state !== 'done') state = cleanse(database, path, false);
  expect(isInFiles(CANARY)).toBe(false);
});

it('a file whose pages cannot be moved is written anew once', () => {
  close();
  rmSync(path);
  const old = new DatabaseSync(path);
  old.exec('PRAGMA auto_vacuum = NONE; CREATE TABLE words_before (text TEXT); DROP TABLE words_before');
  old.close();
  open();
  write('a', 300);
  removeAll();
  cleanseAll();
  expect(isInFiles(CANARY)).toBe(false);
  expect(database.prepare('PRAGMA auto_vacuum').get()).toEqual({ auto_vacuum: 2 });
  expect(kept(database)).toHaveLength(200);
});
