/**
 * Keeps the journal within its age and its size, in steps that are each a matter of some tens of milliseconds; whoever asks says when the next is due.
 * Runs in the writing worker, between writes. What is deleted is the oldest.
 */

import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { RequestFilter } from '../../monitor/rows.ts';
import { eraseRows } from './erase.ts';
import type { Removed } from './messages.ts';
import { hasOldRows, moveOldRows } from './migrate.ts';
import { firstSeq, SEQ_MAX, SEQ_MIN } from './order.ts';
import { selectSeqs } from './select.ts';
import { inTransaction } from './transaction.ts';
import { emptyLog, emptyLogAt, logBytes } from './wal.ts';
import { dropAllWords } from './words.ts';

export interface JournalLimits {
  readonly retentionMs: number;
  /** Of the database file and its write-ahead log together. */
  readonly maxSizeBytes: number;
}

/** Deleted in one step. */
export const ROWS_ERASED_MAX = 100;
const BODY_BYTES_ERASED_MAX = 4 * 1024 * 1024;
/** Of the size: what is deleted passes through the write-ahead log. A small journal would grow if more came between two steps. */
const ERASED_SHARE = 1 / 16;
/** Given back to the disk in one step. */
const PAGES_FREED_MAX = 256;
/** Rows are deleted above this share of the size, so that what is written meanwhile still fits. */
const FILLED_SHARE = 0.9;
/** What one batch of the queue may bring. */
const BATCH_BYTES = 1024 * 1024;
/** Of the size: above it the write-ahead log is emptied; SQLite itself empties it at half of that where it can. */
const LOG_SHARE = 1 / 16;
const LOG_BYTES_MAX = 16 * 1024 * 1024;
/** Free pages that are kept for the next rows: this share of the file. */
const FREE_SHARE = 1 / 32;

/** One step. True when another is due. */
export function keepUp(database: DatabaseSync, path: string, now: number, limits: JournalLimits): boolean {
  const logBytesMax = Math.min(limits.maxSizeBytes * LOG_SHARE, LOG_BYTES_MAX);
  const size = sizeOf(database, path);
  emptyLogAt(database, logBytesMax / 2, size.pageBytes);
  // A log that a reader keeps from being emptied counts no further than it should be: no row may go because of it.
  const usedBytes = (size.pages - size.freePages) * size.pageBytes + Math.min(size.logBytes, logBytesMax);
  const tooLarge = usedBytes > filledBytes(limits.maxSizeBytes);
  if (hasOldRows(database)) {
    moveOldRows(database, tooLarge);
    return true;
  }
  const bytesMax = Math.min(limits.maxSizeBytes * ERASED_SHARE, BODY_BYTES_ERASED_MAX);
  const expired = oldest(database, firstSeq(now - limits.retentionMs), bytesMax);
  const going = expired.length > 0 ? expired : tooLarge ? oldest(database, SEQ_MAX, bytesMax) : [];
  if (going.length > 0) erase(database, going);
  const freed = freePages(database, FREE_SHARE);
  if (logBytes(path) > logBytesMax) emptyLog(database, path);
  return freed || going.length > 0;
}

function filledBytes(maxSizeBytes: number): number {
  return Math.max(maxSizeBytes * FILLED_SHARE - BATCH_BYTES, maxSizeBytes / 2);
}

/** One step of giving all free pages back. `busy`: a reader was in the way, the log could not be emptied. */
export function compact(database: DatabaseSync, path: string): 'more' | 'busy' | 'done' {
  if (freePages(database, 0)) return 'more';
  return emptyLog(database, path) ? 'done' : 'busy';
}

/**
 * Deletes everything, in one piece whose length hardly grows with the rows: whole tables are emptied, not row by row, and what lay in them is cut off
 * with the end of the file instead of being overwritten. Answers how many.
 */
export function clear(database: DatabaseSync): number {
  const rows = Number(database.prepare('SELECT count(*) AS n FROM requests').get()?.n);
  // With references to look after, SQLite would go through the rows one by one.
  database.exec('PRAGMA foreign_keys = OFF; PRAGMA secure_delete = OFF');
  try {
    inTransaction(database, () => {
      for (const table of ['bodies', 'attempts', 'requests', 'tally']) database.exec(`DELETE FROM ${table}`);
      database.exec("INSERT INTO texts (texts) VALUES ('delete-all')");
      dropAllWords(database);
    });
  } finally {
    database.exec('PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON');
  }
  // Of nearly nothing, so it is quick.
  database.exec('VACUUM');
  return rows;
}

/** One step of deleting what meets a filter, below a number, newest first. */
export function remove(database: DatabaseSync, filter: Omit<RequestFilter, 'limit'>, below: number): Removed {
  const seqs = selectSeqs(database, { ...filter, limit: ROWS_ERASED_MAX }, below);
  const last = seqs.at(-1);
  if (last === undefined) return { deleted: 0, below, more: false };
  return { deleted: erase(database, seqs), below: last, more: seqs.length === ROWS_ERASED_MAX };
}

function erase(database: DatabaseSync, seqs: readonly number[]): number {
  return inTransaction(database, () => {
    const erased = eraseRows(database, seqs);
    // Of a text index, what was deleted stays until its parts are merged; of an empty one nothing need stay.
    const left = database.prepare('SELECT 1 FROM requests LIMIT 1').get();
    if (left === undefined) database.exec("INSERT INTO texts (texts) VALUES ('delete-all')");
    return erased;
  });
}

/** Of the files as they lie on the disk. */
export function fileBytes(path: string): number {
  return bytesOf(path) + logBytes(path);
}

function oldest(database: DatabaseSync, below: number, bytesMax: number): number[] {
  const rows = database
    .prepare(
      `SELECT requests.seq AS seq, length(request_body) + length(response_body) + length(raw) AS bytes
      FROM requests LEFT JOIN bodies ON bodies.seq = requests.seq
      WHERE requests.seq >= ? AND requests.seq < ? ORDER BY requests.seq LIMIT ?`,
    )
    .all(SEQ_MIN, below, ROWS_ERASED_MAX);
  const seqs: number[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (bytes > bytesMax) break;
    seqs.push(Number(row.seq));
    bytes += Number(row.bytes ?? 0);
  }
  return seqs;
}

interface Size {
  readonly pageBytes: number;
  readonly pages: number;
  readonly freePages: number;
  readonly logBytes: number;
}

function sizeOf(database: DatabaseSync, path: string): Size {
  return {
    pageBytes: pragma(database, 'page_size'),
    pages: pragma(database, 'page_count'),
    freePages: pragma(database, 'freelist_count'),
    logBytes: logBytes(path),
  };
}
function freePages(database: DatabaseSync, share: number): boolean {
  const free = pragma(database, 'freelist_count');
  const spare = pragma(database, 'page_count') * share;
  if (free <= spare) return false;
  database.exec(`PRAGMA incremental_vacuum(${Math.min(PAGES_FREED_MAX, Math.ceil(free - spare))})`);
  // A file that was made without the means for it does not shrink.
  return pragma(database, 'freelist_count') < free;
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0] ?? 0);
}

function bytesOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
