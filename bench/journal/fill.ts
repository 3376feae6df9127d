/** Fills a new journal with generated rows, through the code that writes every row, without the thread and the queue before it. */

import { join } from 'node:path';
import { openForWriting } from '../../src/storage/sqlite/database.ts';
import { JOURNAL } from '../../src/storage/sqlite/schema.ts';
import { compact } from '../../src/storage/sqlite/upkeep.ts';
import { writeRecords } from '../../src/storage/sqlite/write.ts';
import { createRows } from './rows.ts';

const BATCH_ROWS = 500;

export interface Filled {
  readonly from: number;
  readonly to: number;
  /** An id from the middle, to be looked for. */
  readonly id: string;
  readonly conversation: string;
}

/** The rows of the thirty days before `now`. */
export function fill(directory: string, rows: number, now: number, say: (line: string) => void): Filled {
  const from = now - 30 * 86_400_000;
  const made = createRows('journal', rows, from, now);
  const { database } = openForWriting(directory, JOURNAL, now);
  let id = '';
  let conversation = '';
  for (let written = 0; written < rows; ) {
    const batch = Array.from({ length: Math.min(BATCH_ROWS, rows - written) }, () => made.next());
    writeRecords(database, batch);
    written += batch.length;
    if (written >= rows / 2 && id === '') {
      id = batch[0]?.row.id ?? '';
      conversation = batch[0]?.row.conversation ?? '';
    }
    if (written % 100_000 === 0) say(`${written.toLocaleString('en-US')} rows written`);
  }
  while (compact(database, join(directory, JOURNAL.file)) === 'more');
  database.close();
  return { from, to: now, id, conversation };
}
