/** Reads requests back for the admin API, over a connection that cannot write. Runs inside the reading worker. */

import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { zstdDecompressSync } from 'node:zlib';
import type { AttemptRow, LogLine, RequestFilter, RequestRecord, RequestRow } from '../../monitor/rows.ts';

type Row = Record<string, SQLOutputValue>;

/** Of one body; far above what is ever written, a stop for a damaged file. */
const UNPACKED_BYTES_MAX = 256 * 1024 * 1024;

export function listRequests(database: DatabaseSync, filter: RequestFilter): RequestRow[] {
  const { where, values } = conditions(filter);
  const sql = `SELECT ${REQUEST_COLUMNS} FROM requests ${where} ORDER BY time DESC, id DESC LIMIT ?`;
  return database
    .prepare(sql)
    .all(...values, filter.limit)
    .map(requestRow);
}

export function findRequest(database: DatabaseSync, id: string): RequestRecord | null {
  const row = database.prepare(`SELECT ${REQUEST_COLUMNS} FROM requests WHERE id = ?`).get(id);
  if (row === undefined) return null;
  const attempts = database.prepare('SELECT * FROM attempts WHERE request_id = ? ORDER BY n').all(id);
  const bodies = database.prepare('SELECT * FROM bodies WHERE request_id = ?').get(id);
  return {
    row: requestRow(row),
    attempts: attempts.map(attemptRow),
    request: {
      headers: parsed<Record<string, string>>(bodies?.request_headers, {}),
      body: unpacked(bodies?.request_body),
    },
    response: {
      headers: parsed<Record<string, string>>(bodies?.response_headers, {}),
      body: unpacked(bodies?.response_body),
    },
    log: parsed<LogLine[]>(unpacked(bodies?.log), []),
    steps: [],
    changes: [],
    marks: [],
    raw: [],
    error: null,
  };
}

const REQUEST_COLUMNS = `id, time, protocol, method, path, model, mapped_model, account_email, status, outcome, stream, attempts,
  duration_ms, first_byte_ms, first_content_ms, input_tokens, output_tokens, cache_read_tokens, stop_reason, flags`;

function conditions(filter: RequestFilter): { where: string; values: SQLInputValue[] } {
  const parts: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (sql: string, ...bound: SQLInputValue[]) => {
    parts.push(sql);
    values.push(...bound);
  };
  // instr, not LIKE: a `%` typed into the search box is a percent sign.
  if (filter.q !== undefined) add('instr(search, ?) > 0', filter.q.toLowerCase());
  if (filter.protocol !== undefined) add('protocol = ?', filter.protocol);
  if (filter.model !== undefined) add('(model = ? OR mapped_model = ?)', filter.model, filter.model);
  if (filter.account !== undefined) add('account_email = ?', filter.account);
  if (filter.status !== undefined) add('status BETWEEN ? AND ?', filter.status.from, filter.status.to);
  if (filter.outcome !== undefined) add('outcome = ?', filter.outcome);
  if (filter.flag !== undefined) add('instr(flags, ?) > 0', `,${filter.flag},`);
  if (filter.since !== undefined) add('time >= ?', filter.since);
  if (filter.until !== undefined) add('time < ?', filter.until);
  if (filter.before !== undefined) add('(time, id) < (?, ?)', filter.before.time, filter.before.id);
  return { where: parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`, values };
}

function requestRow(row: Row): RequestRow {
  const flags = String(row.flags)
    .split(',')
    .filter((flag) => flag !== '');
  const plain = { ...row, time: new Date(Number(row.time)).toISOString(), stream: row.stream === 1, flags };
  return plain as unknown as RequestRow;
}

function attemptRow(row: Row): AttemptRow {
  const { request_id: _, ...rest } = row;
  return rest as unknown as AttemptRow;
}

function parsed<T>(text: SQLOutputValue | undefined, otherwise: T): T {
  return typeof text === 'string' && text !== '' ? (JSON.parse(text) as T) : otherwise;
}

function unpacked(bytes: SQLOutputValue | undefined): string {
  if (!(bytes instanceof Uint8Array) || bytes.byteLength === 0) return '';
  return zstdDecompressSync(bytes, { maxOutputLength: UNPACKED_BYTES_MAX }).toString('utf8');
}
