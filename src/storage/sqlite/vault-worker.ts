/** The thread behind `vault.ts`: opens vault.db, does one task in one transaction, answers and ends. It sees sealed credentials only. */

import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { VaultChange, VaultContents, VaultLock, VaultRow } from '../../accounts/vault.ts';
import type { VaultReply, VaultTask } from './vault.ts';

const FILE = 'vault.db';
const VERSION = 1;
const BUSY_MS_MAX = 5_000;

const TABLES = `
  CREATE TABLE accounts (
    label TEXT PRIMARY KEY,
    settings TEXT NOT NULL,
    reference TEXT,
    sealed TEXT,
    revision INTEGER NOT NULL,
    CHECK ((reference IS NULL) <> (sealed IS NULL))
  ) STRICT;
  CREATE TABLE switches (label TEXT PRIMARY KEY, enabled INTEGER NOT NULL) STRICT;
  CREATE TABLE lock (number INTEGER PRIMARY KEY CHECK (number = 1), id TEXT NOT NULL, place TEXT NOT NULL, check_text TEXT NOT NULL) STRICT;`;

/** A changed account keeps its place in the list. */
const PUT = `
  INSERT INTO accounts VALUES (?, ?, ?, ?, ?) ON CONFLICT (label) DO UPDATE SET
    settings = excluded.settings, reference = excluded.reference, sealed = excluded.sealed, revision = excluded.revision`;

function answer(task: VaultTask): VaultReply {
  const path = join(task.directory, FILE);
  try {
    const database = open(task.directory, path);
    try {
      if (task.changes !== undefined) write(database, task.changes);
      return { contents: read(database) };
    } finally {
      database.close();
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      failure: `the vault ${path} cannot be used (${why}): it is left as it is; move it away to begin a new one`,
    };
  }
}

function open(directory: string, path: string): DatabaseSync {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  // Made before SQLite sees it, so that it and its side files are never readable by others.
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
  const database = new DatabaseSync(path, { timeout: BUSY_MS_MAX });
  try {
    // Removed credentials are overwritten, not only forgotten.
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA secure_delete = ON;
      PRAGMA trusted_schema = OFF;`);
    database.exec('BEGIN IMMEDIATE');
    const found = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
    if (found === 0) database.exec(`${TABLES} PRAGMA user_version = ${VERSION};`);
    database.exec('COMMIT');
    if (found > VERSION) throw new Error(`it was written by a newer version (${found})`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function write(database: DatabaseSync, changes: readonly VaultChange[]): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    for (const change of changes) apply(database, change);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

function apply(database: DatabaseSync, change: VaultChange): void {
  const run = (sql: string, ...values: (string | number | null)[]) => database.prepare(sql).run(...values);
  if (change.change === 'lock') {
    // Of two processes that make a key at the same time only one may seal with it.
    if (database.prepare('SELECT 1 FROM accounts WHERE sealed IS NOT NULL').get() !== undefined)
      throw new Error('another process has just sealed something in it');
    const { id, place, check } = change.lock;
    run('INSERT OR REPLACE INTO lock VALUES (1, ?, ?, ?)', id, place, check);
  } else if (change.change === 'put') {
    const { label, settings, reference, sealed, revision } = change.row;
    run(PUT, label, settings, reference, sealed, revision);
  } else if (change.change === 'remove') {
    run('DELETE FROM accounts WHERE label = ?', change.label);
  } else if (change.enabled === undefined) {
    run('DELETE FROM switches WHERE label = ?', change.label);
  } else {
    run('INSERT OR REPLACE INTO switches VALUES (?, ?)', change.label, Number(change.enabled));
  }
}

function read(database: DatabaseSync): VaultContents {
  const accounts = database
    .prepare('SELECT label, settings, reference, sealed, revision FROM accounts ORDER BY rowid')
    .all() as unknown as VaultRow[];
  const switches = database.prepare('SELECT label, enabled FROM switches').all();
  const lock = database.prepare('SELECT id, place, check_text AS "check" FROM lock').get() as unknown as
    | VaultLock
    | undefined;
  return {
    accounts: accounts.map((row) => ({ ...row })),
    switches: switches.map(({ label, enabled }) => ({ label: String(label), enabled: enabled === 1 })),
    ...(lock === undefined ? {} : { lock: { ...lock } }),
  };
}

parentPort?.postMessage(answer(workerData as VaultTask));
