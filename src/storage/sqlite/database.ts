/**
 * Opens a database the way the house wants it. One that cannot be read is renamed aside and made anew, with a notice; it is never deleted.
 * Runs inside a worker only: every call here blocks its thread.
 */

import { chmodSync, closeSync, existsSync, openSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Schema } from './schema.ts';
import { inTransaction } from './transaction.ts';

export interface Opened {
  readonly database: DatabaseSync;
  readonly notices: readonly string[];
}

export const BUSY_MS_MAX = 5_000;
const JOURNAL_BYTES_MAX = 64 * 1024 * 1024;
/** Of each connection; taken only as far as pages are read. */
const CACHE_KIB = 32 * 1024;

export function openForWriting(directory: string, schema: Schema, now: number): Opened {
  const path = join(directory, schema.file);
  try {
    return { database: prepare(path, schema), notices: [] };
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    const aside = setAside(path, now);
    const why = error instanceof Error ? error.message : String(error);
    const notice = `${schema.file} could not be read (${why}): it was renamed to ${aside} and a new one was made`;
    return { database: prepare(path, schema), notices: [notice] };
  }
}

export function openForReading(directory: string, schema: Schema): DatabaseSync {
  const database = new DatabaseSync(join(directory, schema.file), { readOnly: true, timeout: BUSY_MS_MAX });
  database.exec(`PRAGMA trusted_schema = OFF; PRAGMA query_only = ON; PRAGMA cache_size = -${CACHE_KIB};`);
  return database;
}

/** A damaged file, a file that is no database, or one of a newer version. A full disk or a lock is not among them. */
export function isUnreadable(error: unknown): boolean {
  if (error instanceof NewerVersionError) return true;
  const code = sqliteCode(error);
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}

/** Whether the same write may succeed later: the disk, a lock or a permission was to blame, not the data. */
export function mayPass(error: unknown): boolean {
  const code = sqliteCode(error);
  // No code of SQLite's: the file system refused before SQLite was asked.
  return code === undefined ? error instanceof Error && 'syscall' in error : PASSING.has(code);
}

/** Renames the database and its side files; returns the new name. */
export function setAside(path: string, now: number): string {
  const stamp = new Date(now).toISOString().replace(/[:.]/g, '-');
  let aside = `${path}.unreadable-${stamp}`;
  for (let n = 2; existsSync(aside); n += 1) aside = `${path}.unreadable-${stamp}-${n}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  return aside;
}

function prepare(path: string, schema: Schema): DatabaseSync {
  // Made before SQLite sees it, so that it and its side files are never readable by others.
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
  const database = new DatabaseSync(path, { timeout: BUSY_MS_MAX, enableForeignKeyConstraints: true });
  try {
    database.exec(`
      PRAGMA auto_vacuum = INCREMENTAL;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA foreign_keys = ON;
      PRAGMA trusted_schema = OFF;
      PRAGMA secure_delete = ON;
      PRAGMA cache_size = -${CACHE_KIB};
      PRAGMA journal_size_limit = ${JOURNAL_BYTES_MAX};`);
    const found = versionOf(database);
    if (found > schema.version) throw new NewerVersionError(found);
    if (found < schema.version) {
      const sql = found === 0 ? schema.sql : stepsFrom(schema, found);
      inTransaction(database, () => database.exec(`${sql}; PRAGMA user_version = ${schema.version};`));
    }
    // Reads the schema, where damage would otherwise be found by the first write.
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function stepsFrom(schema: Schema, found: number): string {
  const steps: string[] = [];
  for (let version = found; version < schema.version; version += 1) steps.push(schema.steps[version] ?? '');
  return steps.join(';\n');
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}

class NewerVersionError extends Error {
  constructor(found: number) {
    super(`it was written by a newer version (${found})`);
    this.name = 'NewerVersionError';
  }
}

/** Primary result codes of SQLite: https://sqlite.org/rescode.html */
const SQLITE_PERM = 3;
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_READONLY = 8;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;
const PASSING: ReadonlySet<number> = new Set([
  SQLITE_PERM,
  SQLITE_BUSY,
  SQLITE_LOCKED,
  SQLITE_READONLY,
  SQLITE_IOERR,
  SQLITE_FULL,
  SQLITE_CANTOPEN,
]);

function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  // The low byte is the primary code, the rest refines it.
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}
