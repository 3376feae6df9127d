/**
 * Deletes rows with everything that was written for them: attempts, bodies, the words nobody else uses, their share of the counts. Runs in the writing
 * worker, a bounded number at a time.
 */

import type { DatabaseSync } from 'node:sqlite';
import type { AttemptRow } from '../../monitor/rows.ts';
import { rowOf } from './rows.ts';
import { WORD_COLUMNS } from './schema.ts';
import { count, type Tallies, writeTallies } from './tally.ts';
import { dropUnusedWords } from './words.ts';

/** Inside a transaction. */
export function eraseRows(database: DatabaseSync, seqs: readonly number[]): number {
  const find = database.prepare('SELECT * FROM requests WHERE seq = ?');
  const attemptsOf = database.prepare('SELECT failure FROM attempts WHERE seq = ?');
  const unindex = database.prepare("INSERT INTO texts (texts, rowid, text) VALUES ('delete', ?, ?)");
  const drop = database.prepare('DELETE FROM requests WHERE seq = ?');
  const tallies: Tallies = new Map();
  const words = new Set<number>();
  let erased = 0;
  for (const seq of seqs) {
    const found = find.get(seq);
    if (found === undefined) continue;
    const row = rowOf(database, found);
    count(tallies, { ...row, time: Date.parse(row.time) }, attemptsOf.all(seq) as unknown as AttemptRow[], -1);
    for (const column of WORD_COLUMNS) if (found[column] !== null) words.add(Number(found[column]));
    unindex.run(seq, searchable(row.id, found.rest === null ? '' : String(found.rest)));
    drop.run(seq);
    erased += 1;
  }
  writeTallies(database, tallies);
  dropUnusedWords(database, words);
  return erased;
}

/** What the text index holds of a row: its id, and the words of a search that stand in no column. The same when it is taken out as when it was put in. */
export function searchable(id: string, rest: string): string {
  return rest === '' ? id.toLowerCase() : `${id.toLowerCase()}\n${rest}`;
}
