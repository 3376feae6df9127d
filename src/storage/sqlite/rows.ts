/** From a row of the file to a row of the API. */

import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { AttemptRow, RequestRow } from '../../monitor/rows.ts';
import { timeOfSeq } from './order.ts';
import { WORD_COLUMNS } from './schema.ts';
import { wordText } from './words.ts';

export type Stored = Record<string, SQLOutputValue>;

export function rowOf(database: DatabaseSync, stored: Stored): RequestRow {
  const { seq, late_ms, rest: _, ...plain } = stored;
  const words: Record<string, string | null> = {};
  for (const column of WORD_COLUMNS) {
    words[column] = stored[column] === null ? null : wordText(database, Number(stored[column]));
  }
  return {
    ...plain,
    ...words,
    time: new Date(timeOfSeq(Number(seq)) - Number(late_ms)).toISOString(),
    stream: stored.stream === 1,
    flags: (words.flags ?? '').split(',').filter((flag) => flag !== ''),
  } as unknown as RequestRow;
}

export function attemptOf(stored: Stored): AttemptRow {
  const { seq: _, hedge, ...rest } = stored;
  return { ...rest, hedge: hedge === 1 } as unknown as AttemptRow;
}
