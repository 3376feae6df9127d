/** The write-ahead log: emptied without waiting for a reader, and, while somebody wants to know, read for the pages that were written. */

import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { BUSY_MS_MAX } from './database.ts';

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

const watched = new WeakMap<DatabaseSync, Set<number>>();

/** From now on the numbers of all pages that are written are kept. SQLite must not empty the log by itself meanwhile. */
export function watchPages(database: DatabaseSync): Set<number> {
  const pages = new Set<number>();
  watched.set(database, pages);
  database.exec('PRAGMA wal_autocheckpoint = 0');
  return pages;
}
export function unwatchPages(database: DatabaseSync): void {
  watched.delete(database);
}

/** While pages are watched SQLite leaves the log alone; whoever keeps it small has to empty it. */
export function emptyLogAt(database: DatabaseSync, bytes: number, pageBytes: number): void {
  if (watched.has(database)) return;
  database.exec(`PRAGMA wal_autocheckpoint = ${Math.max(16, Math.floor(bytes / pageBytes))}`);
}

/** Never waits for a reader: false when one was in the way. */
export function emptyLog(database: DatabaseSync, path: string): boolean {
  const pages = watched.get(database);
  if (pages !== undefined) addPages(database, path, pages);
  database.exec('PRAGMA busy_timeout = 0');
  try {
    return Number(database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy ?? 1) === 0;
  } finally {
    database.exec(`PRAGMA busy_timeout = ${BUSY_MS_MAX}`);
  }
}

export function logBytes(path: string): number {
  return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}

function addPages(database: DatabaseSync, path: string, pages: Set<number>): void {
  const frameBytes = FRAME_HEADER_BYTES + Number(database.prepare('PRAGMA page_size').get()?.page_size);
  const end = logBytes(path);
  if (end < HEADER_BYTES) return;
  const log = openSync(`${path}-wal`, 'r');
  try {
    const number = Buffer.alloc(4);
    for (let at = HEADER_BYTES; at + frameBytes <= end; at += frameBytes) {
      readSync(log, number, 0, number.length, at);
      pages.add(number.readUInt32BE());
    }
  } finally {
    closeSync(log);
  }
}
