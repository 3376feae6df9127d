/** One transaction: all of it or nothing. */

import type { DatabaseSync } from 'node:sqlite';

export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const done = work();
    database.exec('COMMIT');
    return done;
  } catch (error) {
    // Some errors (disk full) have already rolled back.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
