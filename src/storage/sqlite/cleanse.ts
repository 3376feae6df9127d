/**
 * Takes what is left of deleted rows out of the file, in steps of some tens of milliseconds between which rows are written: first the text index is merged,
 * which drops what was taken out of it, then the unused bytes of every page are overwritten. Bytes are written into the file beside SQLite, so this
 * happens only while its log is empty and its write lock is held, and never touches a byte that SQLite reads.
 */

import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { createPageMap, type PageMap, wipeUnused } from './pages.ts';
import { emptyLog, logBytes, unwatchPages, watchPages } from './wal.ts';

/** Of the text index, merged in one step. */
const PAGES_MERGED_MAX = 100;
/** Groups of pages looked through in one step; a group is some 3 MB. */
const GROUPS_WIPED_MAX = 4;

interface Work {
  merging: 'not begun' | 'begun' | 'done';
  /** The first page that has not been looked through. */
  next: number;
  /** Written since they were looked through: a page may have been moved there that had not been. */
  readonly written: Set<number>;
}
const works = new WeakMap<DatabaseSync, Work>();
const files = new WeakMap<DatabaseSync, number>();

/** One step; `fresh` begins anew, for rows that were deleted just now. `busy`: a reader was in the way. */
export function cleanse(
  database: DatabaseSync,
  path: string,
  fresh: boolean,
  groupsMax = GROUPS_WIPED_MAX,
): 'more' | 'busy' | 'done' {
  const before = fresh ? undefined : works.get(database);
  const work: Work = before ?? { merging: 'not begun', next: 1, written: watchPages(database) };
  works.set(database, work);
  if (work.merging !== 'done') {
    work.merging = mergeTexts(database, work.merging === 'not begun') ? 'begun' : 'done';
    return 'more';
  }
  if (!isMapped(database)) {
    // A file whose pages do not tell what they are is written anew in one piece, and can be cleansed in steps from then on.
    database.exec('VACUUM');
    finish(database);
    return 'done';
  }
  if (!emptyLog(database, path)) return 'busy';
  database.exec('BEGIN IMMEDIATE');
  try {
    if (logBytes(path) > 0) return 'busy';
    const file = fileOf(database, path);
    const pages = pragma(database, 'page_count');
    wipePages(file, mapOf(database, file), work, { pages, groupsMax });
    if (work.next <= pages) return 'more';
    fsyncSync(file);
    finish(database);
    return 'done';
  } finally {
    database.exec('ROLLBACK');
    // What is remembered of the pages is what they were.
    database.exec('PRAGMA shrink_memory');
  }
}

/**
 * After the database is closed, and not before: to close any descriptor of a file takes away all locks that this process has on it, and another program
 * could then take the log from under SQLite.
 */
export function forgetFile(database: DatabaseSync): void {
  const file = files.get(database);
  files.delete(database);
  if (file !== undefined) closeSync(file);
}

function fileOf(database: DatabaseSync, path: string): number {
  const file = files.get(database) ?? openSync(path, 'r+');
  files.set(database, file);
  return file;
}

function finish(database: DatabaseSync): void {
  works.delete(database);
  unwatchPages(database);
}

/** True when there is more to merge: https://sqlite.org/fts5.html#the_merge_command */
function mergeTexts(database: DatabaseSync, first: boolean): boolean {
  const changes = (): number => Number(database.prepare('SELECT total_changes() AS n').get()?.n);
  const before = changes();
  const pages = first ? -PAGES_MERGED_MAX : PAGES_MERGED_MAX;
  database.prepare("INSERT INTO texts (texts, rank) VALUES ('merge', ?)").run(pages);
  return changes() - before >= 2;
}

/** Those written since, then the next groups in the order of the file. */
function wipePages(
  file: number,
  map: PageMap & { readonly pageBytes: number },
  work: Work,
  { pages, groupsMax }: { readonly pages: number; readonly groupsMax: number },
): void {
  const { pageBytes } = map;
  const read = (from: number, count: number): Buffer => {
    const bytes = Buffer.alloc(count * pageBytes);
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, (from - 1) * pageBytes));
  };
  const wipe = (page: Buffer, number: number): void => {
    if (page.length === pageBytes && wipeUnused(page, number)) {
      writeSync(file, page, 0, pageBytes, (number - 1) * pageBytes);
    }
  };
  for (const number of work.written) {
    if (number >= work.next || number > pages) continue;
    if (map.isTree(number === 1 ? EMPTY : read(map.mapOf(number), 1), number)) wipe(read(number, 1), number);
  }
  work.written.clear();
  if (work.next === 1) wipe(read(1, 1), 1);
  for (let groups = 0; groups < groupsMax && work.next <= pages; groups += 1) {
    const from = Math.max(work.next, 2);
    const end = Math.min(from + map.groupPages, pages + 1);
    const group = read(from, end - from);
    const at = (number: number) => group.subarray((number - from) * pageBytes, (number - from + 1) * pageBytes);
    for (let number = from; number < end; number += 1) {
      if (map.isTree(at(map.mapOf(number)), number)) wipe(at(number), number);
    }
    work.next = end;
  }
}
const EMPTY = Buffer.alloc(0);

function mapOf(database: DatabaseSync, file: number): PageMap & { readonly pageBytes: number } {
  const pageBytes = pragma(database, 'page_size');
  const reserved = Buffer.alloc(1);
  readSync(file, reserved, 0, 1, RESERVED_AT);
  return { ...createPageMap(pageBytes, pageBytes - (reserved[0] ?? 0)), pageBytes };
}
/** In the header of the file: bytes at the end of each page that SQLite leaves to others. */
const RESERVED_AT = 20;

function isMapped(database: DatabaseSync): boolean {
  return pragma(database, 'auto_vacuum') !== 0;
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0] ?? 0);
}
