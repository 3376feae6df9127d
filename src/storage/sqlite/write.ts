/** Writes batches into the databases, each batch whole or not at all. Runs inside the writing worker. */

import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { zstdCompressSync } from 'node:zlib';
import type { StateTable } from '../../model/ports.ts';
import type { AttemptRow, FinishedRecord, RequestRow } from '../../monitor/rows.ts';
import type { StateChange, StoredEntry } from './messages.ts';

export function writeRecords(database: DatabaseSync, records: readonly FinishedRecord[]): void {
  // A repeated batch (its first commit may or may not have succeeded) replaces its own rows.
  const request = database.prepare(`INSERT OR REPLACE INTO requests VALUES (${marks(21)})`);
  const attempt = database.prepare(`INSERT OR REPLACE INTO attempts VALUES (${marks(17)})`);
  const body = database.prepare(`INSERT OR REPLACE INTO bodies VALUES (${marks(6)})`);
  inTransaction(database, () => {
    for (const record of records) {
      request.run(...requestValues(record.row), record.search);
      for (const row of record.attempts) attempt.run(record.row.id, ...attemptValues(row));
      body.run(
        record.row.id,
        JSON.stringify(record.request.headers),
        packed(record.request.body),
        JSON.stringify(record.response.headers),
        packed(record.response.body),
        packed(JSON.stringify(record.log)),
      );
    }
  });
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

function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    // Some errors (disk full) have already rolled back.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function marks(count: number): string {
  return new Array(count).fill('?').join(', ');
}

function requestValues(row: RequestRow): SQLInputValue[] {
  return [
    row.id,
    Date.parse(row.time),
    row.protocol,
    row.method,
    row.path,
    row.model,
    row.mapped_model,
    row.account_email,
    row.status,
    row.outcome,
    row.stream ? 1 : 0,
    row.attempts,
    row.duration_ms,
    row.first_byte_ms,
    row.first_content_ms,
    row.input_tokens,
    row.output_tokens,
    row.cache_read_tokens,
    row.stop_reason,
    // Framed by commas, so that one flag can be looked for.
    `,${row.flags.join(',')},`,
  ];
}

function attemptValues(row: AttemptRow): SQLInputValue[] {
  return [
    row.n,
    row.account_email,
    row.provider,
    row.mapped_model,
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
  ];
}

function packed(text: string): Uint8Array {
  return text === '' ? EMPTY : zstdCompressSync(text);
}
const EMPTY = new Uint8Array(0);
