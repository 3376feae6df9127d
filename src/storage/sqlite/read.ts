/** Reads requests back for the admin API, over a connection that cannot write. Runs inside the reading worker. */

import type { DatabaseSync } from 'node:sqlite';
import type { RequestFilter, RequestRecord, RequestRow } from '../../monitor/rows.ts';
import type { FacetsView, RawAnswer } from '../../monitor/views.ts';
import { distinct } from './conditions.ts';
import { unpackedNotes } from './notes.ts';
import { unpacked, unpackedRows } from './packed.ts';
import { attemptOf, rowOf, type Stored } from './rows.ts';
import { selectSeqs } from './select.ts';
import { wordText } from './words.ts';

/** A page of whole records ends when it has come to this, however many were asked for. */
const PAGE_CHARS_MAX = 4 * 1024 * 1024;
/** Names of each kind that are offered to filter by. */
const FACETS_MAX = 1_000;

export function listRequests(database: DatabaseSync, filter: RequestFilter): RequestRow[] {
  const seqs = selectSeqs(database, filter);
  // Numbers of the database's own.
  const sql = `SELECT * FROM requests WHERE seq IN (${seqs.join(', ')}) ORDER BY seq DESC`;
  return database
    .prepare(sql)
    .all()
    .map((stored) => rowOf(database, stored));
}

export function findRequest(database: DatabaseSync, id: string): RequestRecord | null {
  const stored = database.prepare('SELECT * FROM requests WHERE id = ?').get(id);
  return stored === undefined ? null : recordOf(database, stored);
}

/** At least one, when there is one. */
export function pageOfRecords(database: DatabaseSync, filter: RequestFilter): RequestRecord[] {
  const find = database.prepare('SELECT * FROM requests WHERE seq = ?');
  const page: RequestRecord[] = [];
  let chars = 0;
  for (const seq of selectSeqs(database, filter)) {
    const stored = find.get(seq);
    if (stored === undefined) continue;
    const record = recordOf(database, stored);
    page.push(record);
    chars += charsOf(record);
    if (chars >= PAGE_CHARS_MAX) break;
  }
  return page;
}

export function readFacets(database: DatabaseSync): FacetsView {
  const names = (...columns: readonly ('model' | 'mapped_model' | 'account_email')[]): string[] => {
    const found = new Set(columns.flatMap((column) => distinct(database, column, FACETS_MAX)));
    const texts = [...found].map((id) => wordText(database, id)).filter((text) => text !== '');
    return texts.sort().slice(0, FACETS_MAX);
  };
  return { models: names('model', 'mapped_model'), accounts: names('account_email') };
}

export function readExtent(database: DatabaseSync): { requests: number; oldest: string | null } {
  const requests = Number(database.prepare('SELECT count(*) AS n FROM requests').get()?.n);
  const first = database.prepare('SELECT * FROM requests ORDER BY seq LIMIT 1').get();
  return { requests, oldest: first === undefined ? null : rowOf(database, first).time };
}

function recordOf(database: DatabaseSync, stored: Stored): RequestRecord {
  const seq = Number(stored.seq);
  const row = rowOf(database, stored);
  const attempts = database.prepare('SELECT * FROM attempts WHERE seq = ? ORDER BY n').all(seq);
  const bodies = database.prepare('SELECT * FROM bodies WHERE seq = ?').get(seq);
  const { requestHeaders, responseHeaders, ...notes } = unpackedNotes(bodies?.notes, row.id);
  return {
    row,
    attempts: attempts.map((attempt) => attemptOf(row, attempt)),
    request: { headers: requestHeaders, body: unpacked(bodies?.request_body) },
    response: { headers: responseHeaders, body: unpacked(bodies?.response_body) },
    raw: unpackedRows<RawAnswer>(bodies?.raw),
    ...notes,
  };
}

function charsOf({ request, response, raw }: RequestRecord): number {
  return request.body.length + response.body.length + raw.reduce((sum, answer) => sum + answer.body.length, 0);
}
