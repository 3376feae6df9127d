/** Writes batches into the databases, each batch whole or not at all. Runs inside the writing worker. */

import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { StateTable } from '../../model/ports.ts';
import type { AttemptRow, FinishedRecord, RequestRow } from '../../monitor/rows.ts';
import { eraseRows, searchable } from './erase.ts';
import type { StateChange, StoredEntry } from './messages.ts';
import { packedNotes } from './notes.ts';
import { firstSeq, ROWS_PER_MS, timeOfSeq } from './order.ts';
import { packed, packedRows } from './packed.ts';
import { count, type Tallies, writeTallies } from './tally.ts';
import { inTransaction } from './transaction.ts';
import { forgetWords, wordId } from './words.ts';

export function writeRecords(database: DatabaseSync, records: readonly FinishedRecord[]): void {
  const known = database.prepare('SELECT seq FROM requests WHERE id = ?');
  const last = database.prepare('SELECT max(seq) AS seq FROM requests WHERE seq >= ? AND seq < ?');
  const request = database.prepare(`INSERT INTO requests VALUES (${marks(23)})`);
  const text = database.prepare('INSERT INTO texts (rowid, text) VALUES (?, ?)');
  const attempt = database.prepare(`INSERT OR REPLACE INTO attempts VALUES (${marks(20)})`);
  const body = database.prepare(`INSERT INTO bodies VALUES (${marks(5)})`);
  try {
    inTransaction(database, () => {
      const tallies: Tallies = new Map();
      for (const record of records) {
        // A repeated batch (its first commit may or may not have succeeded) replaces its own rows.
        const before = known.get(record.row.id);
        if (before !== undefined) eraseRows(database, [Number(before.seq)]);
        const time = Date.parse(record.row.time);
        const seq = freeSeq(last, time);
        const rest = restOf(record);
        request.run(
          seq,
          ...requestValues(database, record.row),
          timeOfSeq(seq) - time,
          record.row.id,
          ...late(record, rest),
        );
        text.run(seq, searchable(record.row.id, rest));
        for (const row of record.attempts) attempt.run(seq, ...attemptValues(row, record.row));
        body.run(seq, ...bodyValues(record));
        count(tallies, { ...record.row, time }, record.attempts, 1);
      }
      writeTallies(database, tallies);
    });
  } catch (error) {
    forgetWords(database);
    throw error;
  }
}

export function writeState(database: DatabaseSync, changes: readonly StateChange[], now: number): void {
  const put = database.prepare('INSERT OR REPLACE INTO entries (kind, key, value, expires) VALUES (?, ?, ?, ?)');
  const drop = database.prepare('DELETE FROM entries WHERE kind = ? AND key = ?');
  const expire = database.prepare('DELETE FROM entries WHERE expires <= ?');
  inTransaction(database, () => {
    expire.run(now);
    for (const change of changes) {
      if (change.change === 'drop') drop.run(change.table, change.key);
      else put.run(change.table, change.entry.key, change.entry.value, wholeTime(change.entry.expires));
    }
  });
}

function wholeTime(ms: number): number {
  return Math.round(Math.min(Math.max(ms, 0), Number.MAX_SAFE_INTEGER));
}

/** Least recently used first. */
export function readState(database: DatabaseSync, now: number): StoredEntry[] {
  const rows = database
    .prepare('SELECT kind, key, value, expires FROM entries WHERE expires > ? ORDER BY number')
    .all(now);
  return rows.map((row) => ({
    table: String(row.kind) as StateTable,
    key: String(row.key),
    value: String(row.value),
    expires: Number(row.expires),
  }));
}

function marks(count: number): string {
  return new Array(count).fill('?').join(', ');
}

/** A number that no row has: the next of its millisecond, or of the next one that has room. */
function freeSeq(last: StatementSync, time: number): number {
  for (let from = firstSeq(time); ; from += ROWS_PER_MS) {
    const found = last.get(from, from + ROWS_PER_MS)?.seq ?? null;
    if (found === null) return from;
    if (Number(found) + 1 < from + ROWS_PER_MS) return Number(found) + 1;
  }
}

/** The words of a search that stand in no column of the row. */
function restOf({ row, search }: FinishedRecord): string {
  const columns = [row.id, row.protocol, row.method, row.path, row.model, row.mapped_model, row.account_email];
  const others = [String(row.status), row.outcome, row.stop_reason ?? '', '', ...row.flags];
  const known = new Set([...columns, ...others].map((word) => word.toLowerCase()));
  return search
    .split('\n')
    .filter((word) => !known.has(word))
    .join('\n');
}

function requestValues(database: DatabaseSync, row: RequestRow): SQLInputValue[] {
  const word = (text: string): number => wordId(database, text);
  return [
    word(row.protocol),
    word(row.method),
    word(row.path),
    word(row.model),
    word(row.mapped_model),
    word(row.account_email),
    word(row.outcome),
    row.stop_reason === null ? null : word(row.stop_reason),
    // The set of flags is one word.
    word(row.flags.join(',')),
    row.status,
    row.stream ? 1 : 0,
    row.attempts,
    row.duration_ms,
    row.first_byte_ms,
    row.first_content_ms,
    row.input_tokens,
    row.output_tokens,
    row.cache_read_tokens,
  ];
}
function late({ row }: FinishedRecord, rest: string): SQLInputValue[] {
  return [row.conversation, rest === '' ? null : rest];
}

function attemptValues(row: AttemptRow, { account_email, mapped_model }: RequestRow): SQLInputValue[] {
  return [
    row.n,
    row.account_email === account_email ? null : row.account_email,
    row.provider,
    row.mapped_model === mapped_model ? null : row.mapped_model,
    row.started_ms,
    row.first_byte_ms,
    row.first_content_ms,
    row.ended_ms,
    row.status,
    row.result,
    row.failure,
    row.action,
    row.delay_ms,
    row.upstream_request_id,
    row.input_tokens,
    row.output_tokens,
    row.why,
    row.hedge ? 1 : 0,
    row.resume,
  ];
}

function bodyValues(record: FinishedRecord): SQLInputValue[] {
  return [packed(record.request.body), packed(record.response.body), packedRows(record.raw), packedNotes(record)];
}
