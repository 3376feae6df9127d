import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storageWorld } from '../world.testing.ts';
import { openStorage, type Storage } from './open.ts';

/** As version 1 made them. */
const VERSION_1 = `
    CREATE TABLE requests (
      id TEXT PRIMARY KEY,
      time INTEGER NOT NULL,
      protocol TEXT NOT NULL,
      method TEXT NOT NULL,
      path TEXT NOT NULL,
      model TEXT NOT NULL,
      mapped_model TEXT NOT NULL,
      account_email TEXT NOT NULL,
      status INTEGER NOT NULL,
      outcome TEXT NOT NULL,
      stream INTEGER NOT NULL,
      attempts INTEGER NOT NULL,
      duration_ms INTEGER NOT NULL,
      first_byte_ms INTEGER,
      first_content_ms INTEGER,
      input_tokens INTEGER,
      output_tokens INTEGER,
      cache_read_tokens INTEGER,
      stop_reason TEXT,
      flags TEXT NOT NULL,
      search TEXT NOT NULL
    ) STRICT;
    CREATE INDEX requests_time ON requests (time, id);
    CREATE INDEX requests_status ON requests (status, time);
    CREATE INDEX requests_outcome ON requests (outcome, time);
    CREATE INDEX requests_model ON requests (model, time);
    CREATE INDEX requests_mapped_model ON requests (mapped_model, time);
    CREATE INDEX requests_account ON requests (account_email, time);
    CREATE TABLE attempts (
      request_id TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
      n INTEGER NOT NULL,
      account_email TEXT NOT NULL,
      provider TEXT NOT NULL,
      mapped_model TEXT NOT NULL,
      started_ms INTEGER NOT NULL,
      first_byte_ms INTEGER,
      first_content_ms INTEGER,
      ended_ms INTEGER NOT NULL,
      status INTEGER,
      result TEXT NOT NULL,
      failure TEXT,
      action TEXT NOT NULL,
      delay_ms INTEGER,
      upstream_request_id TEXT,
      input_tokens INTEGER,
      output_tokens INTEGER,
      PRIMARY KEY (request_id, n)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE bodies (
      request_id TEXT PRIMARY KEY REFERENCES requests (id) ON DELETE CASCADE,
      request_headers TEXT NOT NULL,
      request_body BLOB NOT NULL,
      response_headers TEXT NOT NULL,
      response_body BLOB NOT NULL,
      log BLOB NOT NULL
    ) STRICT;`;

const T0 = Date.UTC(2026, 0, 1);
const ROWS = 300;
let root: string;
let directory: string;
let opened: Storage[];
const world = storageWorld(() => T0 + 1_000_000);
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'agt-migrate-'));
  directory = join(root, 'data');
  opened = [];
});
afterEach(async () => {
  for (const storage of opened) await storage.close();
  rmSync(root, { recursive: true, force: true });
});

const id = (n: number) => `old-${String(n).padStart(4, '0')}`;
const packed = (text: string) => (text === '' ? new Uint8Array(0) : zstdCompressSync(text));

function writeVersion1(): void {
  mkdirSync(directory);
  const database = new DatabaseSync(join(directory, 'requests.db'));
  database.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;');
  database.exec(`${VERSION_1}; PRAGMA user_version = 1;`);
  const marks = (count: number) => new Array(count).fill('?').join(', ');
  const request = database.prepare(`INSERT INTO requests VALUES (${marks(21)})`);
  const attempt = database.prepare(`INSERT INTO attempts VALUES (${marks(17)})`);
  const body = database.prepare(`INSERT INTO bodies VALUES (${marks(6)})`);
  database.exec('BEGIN');
  for (let n = 0; n < ROWS; n += 1) {
    const names = ['gemini', 'POST', '/v1/x', 'asked', 'mapped', 'ada@example.com'];
    const search = `${id(n)}\ngemini\npost\n/v1/x\nasked\nmapped\nada@example.com\n503\nfailed\nretried\ntimeout: no ${n}!`;
    const numbers = [20, 5, null, 7, null, 3];
    request.run(id(n), T0 + n, ...names, 503, 'failed', 1, 1, ...numbers, 'STOP', ',retried,rotated,', search);
    const told = [503, 'failed', `timeout: no ${n}!`, 'give-up', null, 'req_1', 7, null];
    attempt.run(id(n), 1, 'ada@example.com', 'gemini', 'mapped', 1, 2, null, 9, ...told);
    const log = JSON.stringify([{ time: 't', level: 'info', request: id(n), msg: 'said' }]);
    body.run(id(n), '{"a":"b"}', packed(`body ${n}`), '{}', packed(''), packed(log));
  }
  database.exec('COMMIT');
  database.close();
}
async function open(): Promise<Storage> {
  const storage = await openStorage({ directory, world, recorder: () => ({ see() {} }) });
  opened.push(storage);
  return storage;
}
const count = async (storage: Storage) => (await storage.query.list({ limit: 1_000 })).length;

describe('a journal of version 1', () => {
  it('keeps every row with all that belonged to it', async () => {
    writeVersion1();
    const storage = await open();
    await expect.poll(() => count(storage), { timeout: 10_000 }).toBe(ROWS);
    const ids = (await storage.query.list({ limit: 1_000 })).map((row) => row.id);
    expect(ids).toEqual(Array.from({ length: ROWS }, (_, n) => id(ROWS - 1 - n)));
    const record = await storage.query.find(id(7));
    expect(record?.row).toMatchObject({ time: '2026-01-01T00:00:00.007Z', protocol: 'gemini', model: 'asked' });
    expect(record?.row).toMatchObject({ status: 503, stream: true, stop_reason: 'STOP', first_content_ms: null });
    expect(record?.row).toMatchObject({ input_tokens: 7, flags: ['retried', 'rotated'], conversation: null });
    expect(record?.attempts).toHaveLength(1);
    expect(record?.attempts[0]).toMatchObject({
      n: 1,
      failure: 'timeout: no 7!',
      hedge: false,
      why: null,
      resume: null,
    });
    expect(record?.request).toEqual({ headers: { a: 'b' }, body: 'body 7' });
    expect(record?.log).toEqual([{ time: 't', level: 'info', request: id(7), msg: 'said' }]);
  });

  it('is searched and counted as rows that were written since', async () => {
    writeVersion1();
    const storage = await open();
    await expect.poll(() => count(storage), { timeout: 10_000 }).toBe(ROWS);
    expect((await storage.query.list({ limit: 5, q: 'NO 123!' })).map((row) => row.id)).toEqual([id(123)]);
    expect(await storage.query.list({ limit: 1_000, flag: 'rotated' })).toHaveLength(ROWS);
    const stats = await storage.store.stats({ by: 'model', since: T0, until: T0 + 1_000_000 });
    expect(stats.buckets).toMatchObject([{ key: 'asked', requests: ROWS, failed: ROWS }]);
  });

  it('that was interrupted while it was moved goes on where it was', async () => {
    writeVersion1();
    const first = await open();
    await first.close();
    const storage = await open();
    await expect.poll(() => count(storage), { timeout: 10_000 }).toBe(ROWS);
    await storage.store.vacuum();
    await storage.close();
    const database = new DatabaseSync(join(directory, 'requests.db'));
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE name LIKE '%v1%'").all();
    expect(tables).toEqual([]);
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    database.close();
  });

  it('is deleted whole by a deletion of everything, whatever had been moved', async () => {
    writeVersion1();
    const storage = await open();
    expect(await storage.store.remove({})).toBe(ROWS);
    expect(await count(storage)).toBe(0);
  });
});
