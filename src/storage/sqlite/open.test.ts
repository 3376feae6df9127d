import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fact } from '../../model/journal.ts';
import { exampleRecord, exampleRow } from '../../monitor/example.testing.ts';
import type { FinishedRecord } from '../../monitor/rows.ts';
import { storageWorld } from '../world.testing.ts';
import { openStorage, type Storage } from './open.ts';
import { STATE_ENTRIES_MAX } from './state.ts';

let root: string;
let directory: string;
let now: number;
let notices: string[];
let opened: Storage[];
const world = storageWorld(() => now);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'agt-storage-'));
  directory = join(root, 'data');
  now = Date.UTC(2026, 0, 1);
  notices = [];
  opened = [];
});
afterEach(async () => {
  for (const storage of opened) await storage.close();
  rmSync(root, { recursive: true, force: true });
});

/** Every end of an exchange becomes a record of its own. */
const recorder = (finished: (record: FinishedRecord) => void) => ({
  see(fact: Fact) {
    if (fact.fact === 'exchange-ended') finished(recordOf(fact.id, fact.status));
  },
});
async function open(): Promise<Storage> {
  const storage = await openStorage({ directory, world, recorder, notice: (text) => notices.push(text) });
  opened.push(storage);
  return storage;
}
async function reopen(storage: Storage): Promise<Storage> {
  await storage.close();
  return open();
}
const end = (id: string, status = 200) => ({ fact: 'exchange-ended', id, status }) as Fact;
const recordOf = (id: string, status: number): FinishedRecord => ({
  ...exampleRecord({
    row: exampleRow({ id, status, time: new Date(now).toISOString() }),
    request: { headers: {}, body: 'b'.repeat(100) },
  }),
  search: id,
});
const entry = (key: string, expires = now + 1000, value = '1') => ({ key, value, expires });
const keys = (storage: Storage, table: 'signatures' | 'cooldowns' | 'bindings' = 'signatures') =>
  storage.state.load(table).map((found) => found.key);
const rowIds = async (storage: Storage) => (await storage.query.list({ limit: 100 })).map((row) => row.id);

describe('the files', () => {
  it('are for the owner only, side files too', async () => {
    const storage = await open();
    storage.journal.note(end('a'));
    storage.state.put('signatures', entry('k'));
    await expect.poll(() => rowIds(storage)).toEqual(['a']);
    const names = readdirSync(directory);
    expect(names).toEqual(expect.arrayContaining(['requests.db', 'requests.db-wal', 'state.db', 'state.db-wal']));
    for (const name of names) expect(statSync(join(directory, name)).mode & 0o777, name).toBe(0o600);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  });

  it('are kept in the mode that was chosen for them', async () => {
    await (await open()).close();
    const versions = { 'requests.db': 2, 'state.db': 1 };
    for (const [file, version] of Object.entries(versions)) {
      const database = new DatabaseSync(join(directory, file));
      const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
      expect([pragma('journal_mode'), pragma('auto_vacuum'), pragma('user_version')]).toEqual(['wal', 2, version]);
      database.close();
    }
  });

  it('hold no bodies in plain text', async () => {
    const storage = await open();
    storage.journal.note(end('a'));
    await storage.close();
    expect(readFileSync(join(directory, 'requests.db')).includes('bbbbbbbbbb')).toBe(false);
  });
});

describe('the journal', () => {
  it('shows a finished request soon after its end, without closing', async () => {
    const storage = await open();
    storage.journal.note(end('a'));
    await expect.poll(() => rowIds(storage)).toEqual(['a']);
    storage.journal.note(end('b'));
    await expect.poll(() => rowIds(storage)).toEqual(['b', 'a']);
  });

  it('keeps what was noted right before it closed', async () => {
    const storage = await open();
    for (let n = 100; n < 150; n += 1) storage.journal.note(end(`r${n}`));
    expect(await rowIds(await reopen(storage))).toHaveLength(50);
  });

  it('loses only the record that cannot be written, and counts it', async () => {
    const storage = await open();
    storage.journal.note(end('a'));
    storage.journal.note(end('bad', 1.5));
    storage.journal.note(end('c'));
    await expect.poll(() => rowIds(storage)).toEqual(['c', 'a']);
    expect(storage.dropped()).toEqual({ bodies: 0, records: 1, state: 0 });
  });

  it('never throws at whoever notes a fact: a record that cannot be made is told as trouble', async () => {
    const storage = await openStorage({
      directory,
      world,
      recorder: () => ({
        see() {
          throw new Error('cannot be made');
        },
      }),
      notice: (text) => notices.push(text),
    });
    opened.push(storage);
    storage.journal.note(end('a'));
    expect(notices).toEqual(['journal: a fact could not be recorded: Error: cannot be made']);
  });

  it('takes a noted fact after its close without a word', async () => {
    const storage = await open();
    await storage.close();
    storage.journal.note(end('late'));
    storage.state.put('bindings', entry('late'));
  });
});

describe('the state', () => {
  it('comes back after a restart, least recently put first', async () => {
    let storage = await open();
    for (const key of ['a', 'b', 'c']) storage.state.put('signatures', entry(key));
    storage.state.put('bindings', entry('other'));
    storage.state.put('signatures', entry('a', now + 2000, '{"again":true}'));
    storage.state.drop('signatures', 'b');
    expect(keys(storage)).toEqual(['c', 'a']);
    storage = await reopen(storage);
    expect(keys(storage)).toEqual(['c', 'a']);
    expect(storage.state.load('signatures')[1]).toEqual({ key: 'a', value: '{"again":true}', expires: now + 2000 });
    storage.state.put('signatures', entry('c'));
    storage = await reopen(storage);
    expect(keys(storage)).toEqual(['a', 'c']);
    expect(keys(storage, 'bindings')).toEqual(['other']);
  });

  it('forgets what has expired, in memory and on disk', async () => {
    let storage = await open();
    storage.state.put('cooldowns', entry('short', now + 10));
    storage.state.put('cooldowns', entry('long', now + 10_000));
    now += 10;
    expect(keys(storage, 'cooldowns')).toEqual(['long']);
    storage = await reopen(storage);
    expect(keys(storage, 'cooldowns')).toEqual(['long']);
    await storage.close();
    const database = new DatabaseSync(join(directory, 'state.db'));
    now += 10_000;
    expect(database.prepare('SELECT count(*) AS n FROM entries').get()).toEqual({ n: 1 });
    database.close();
    await (await open()).close();
    const later = new DatabaseSync(join(directory, 'state.db'));
    expect(later.prepare('SELECT count(*) AS n FROM entries').get()).toEqual({ n: 0 });
    later.close();
  });

  it('is bounded: the least recently put goes first, on disk too', async () => {
    let storage = await open();
    const max = STATE_ENTRIES_MAX.cooldowns;
    for (let n = 0; n < max + 3; n += 1) storage.state.put('cooldowns', entry(`k${n}`));
    expect(keys(storage, 'cooldowns')).toHaveLength(max);
    storage = await reopen(storage);
    expect(keys(storage, 'cooldowns')).toHaveLength(max);
    expect(keys(storage, 'cooldowns')[0]).toBe('k3');
  });

  it('does not keep an entry that is far too large, and counts it', async () => {
    const storage = await open();
    storage.state.put('signatures', entry('big', now + 10, 'x'.repeat(2 * 1024 * 1024)));
    expect(keys(storage)).toEqual([]);
    expect(storage.dropped().state).toBe(1);
  });
});

describe('a sick store', () => {
  it.each(['requests.db', 'state.db'])('%s that is no database is set aside and made anew', async (file) => {
    mkdirSync(directory);
    writeFileSync(join(directory, file), 'this is no database, it is a text of some length'.repeat(50));
    const storage = await open();
    storage.journal.note(end('a'));
    storage.state.put('signatures', entry('k'));
    const again = await reopen(storage);
    expect(await rowIds(again)).toEqual(['a']);
    expect(keys(again)).toEqual(['k']);
    const aside = readdirSync(directory).filter((name) => name.startsWith(`${file}.unreadable-`));
    expect(aside).toHaveLength(1);
    expect(readFileSync(join(directory, aside[0] ?? ''), 'utf8')).toContain('this is no database');
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain(file);
  });

  it('a database that turns out damaged while it is in use is set aside, and the rows in hand are written', async () => {
    const first = await open();
    for (let n = 0; n < 300; n += 1) first.journal.note(end(`old${n}`));
    await first.close();
    damage(join(directory, 'requests.db'));
    const storage = await open();
    storage.journal.note(end('new'));
    await expect.poll(async () => (await rowIds(storage)).includes('new'), { timeout: 5_000 }).toBe(true);
    expect(readdirSync(directory).some((name) => name.startsWith('requests.db.unreadable-'))).toBe(true);
    expect(notices.length).toBeGreaterThan(0);
  });

  it('a database of a newer version is not touched but set aside', async () => {
    await (await open()).close();
    const database = new DatabaseSync(join(directory, 'state.db'));
    database.exec('PRAGMA user_version = 99');
    database.close();
    await open();
    expect(notices[0]).toContain('newer version (99)');
  });

  it('a directory that cannot be used does not stop anything: the state lives in memory, the rest is counted', async () => {
    // A file in the way refuses even the superuser, whom no mode would.
    writeFileSync(directory, '');
    const storage = await open();
    expect(notices).toHaveLength(1);
    storage.journal.note(end('a'));
    storage.state.put('signatures', entry('k'));
    expect(keys(storage)).toEqual(['k']);
    await expect(storage.query.list({ limit: 1 })).rejects.toThrow();
    await storage.close();
    expect(storage.dropped()).toEqual({ bodies: 0, records: 1, state: 1 });
  });

  it('a journal that cannot be opened does not keep the state from being read', async () => {
    const first = await open();
    first.state.put('signatures', entry('k'));
    await first.close();
    rmSync(join(directory, 'requests.db'));
    mkdirSync(join(directory, 'requests.db'));
    const storage = await open();
    expect(keys(storage)).toEqual(['k']);
    expect(notices[0]).toContain('requests.db');
  });

  it('goes on writing once the disk is well again', async () => {
    mkdirSync(join(directory, 'requests.db'), { recursive: true });
    const storage = await open();
    storage.journal.note(end('a'));
    rmSync(join(directory, 'requests.db'), { recursive: true });
    await expect.poll(() => rowIds(storage).catch(() => []), { timeout: 10_000 }).toEqual(['a']);
    expect(storage.dropped().records).toBe(0);
  });
});

/** Overwrites every page but the first with noise that is not zero. */
function damage(path: string): void {
  const bytes = statSync(path).size;
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(bytes - 4096, 0xa5), 0, bytes - 4096, 4096);
  closeSync(file);
}
