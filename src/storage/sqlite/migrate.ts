/**
 * Moves the rows of a journal of version 1 into the tables of version 2, newest first, a few at a time, between writes. What has been moved is deleted
 * there in a transaction of its own, after it has been written here: a row that a crash finds in both is moved once more and replaces itself.
 */

import type { DatabaseSync } from 'node:sqlite';
import type { AttemptRow, FinishedRecord, LogLine, RequestRow } from '../../monitor/rows.ts';
import { parsed, unpacked } from './packed.ts';
import type { Stored } from './rows.ts';
import { inTransaction } from './transaction.ts';
import { writeRecords } from './write.ts';

/** Of one step. */
const ROWS_MOVED_MAX = 64;

export function hasOldRows(database: DatabaseSync): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'requests_v1'").get() !== undefined;
}

/** One step. Where there is no room for them the oldest go, as they would have without a new version. */
export function moveOldRows(database: DatabaseSync, tooLarge: boolean): void {
  if (tooLarge) {
    database.exec(
      `DELETE FROM requests_v1 WHERE id IN (SELECT id FROM requests_v1 ORDER BY time LIMIT ${ROWS_MOVED_MAX})`,
    );
  }
  const rows = database.prepare('SELECT * FROM requests_v1 ORDER BY time DESC, id DESC LIMIT ?').all(ROWS_MOVED_MAX);
  if (rows.length === 0) {
    inTransaction(database, () =>
      database.exec('DROP TABLE bodies_v1; DROP TABLE attempts_v1; DROP TABLE requests_v1;'),
    );
    return;
  }
  // Oldest first, so that rows of one millisecond keep their order.
  writeRecords(database, rows.map((row) => oldRecord(database, row)).reverse());
  const drop = database.prepare('DELETE FROM requests_v1 WHERE id = ?');
  inTransaction(database, () => {
    for (const row of rows) drop.run(row.id ?? null);
  });
}

function oldRecord(database: DatabaseSync, { search, ...stored }: Stored): FinishedRecord {
  const id = String(stored.id);
  const attempts = database.prepare('SELECT * FROM attempts_v1 WHERE request_id = ? ORDER BY n').all(id);
  const bodies = database.prepare('SELECT * FROM bodies_v1 WHERE request_id = ?').get(id);
  const flags = String(stored.flags)
    .split(',')
    .filter((flag) => flag !== '');
  const time = new Date(Number(stored.time)).toISOString();
  return {
    row: { ...stored, time, stream: stored.stream === 1, flags, conversation: null } as unknown as RequestRow,
    attempts: attempts.map(oldAttempt),
    request: { headers: parsed(bodies?.request_headers, {}), body: readable(bodies?.request_body) },
    response: { headers: parsed(bodies?.response_headers, {}), body: readable(bodies?.response_body) },
    log: parsed<LogLine[]>(readable(bodies?.log), []),
    steps: [],
    changes: [],
    marks: [],
    raw: [],
    error: null,
    search: String(search),
  };
}

function oldAttempt({ request_id: _, ...stored }: Stored): AttemptRow {
  return { ...stored, why: null, hedge: false, resume: null } as unknown as AttemptRow;
}

/** A body that cannot be unpacked must not keep its row from being moved. */
function readable(bytes: Stored[string] | undefined): string {
  try {
    return unpacked(bytes);
  } catch {
    return '';
  }
}
