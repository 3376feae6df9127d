/**
 * From a filter to conditions over rows. Each condition is a list of alternatives (values of indexed columns, a text of the text index), of which one
 * must hold. Nothing is read here but the few words that a value stands for.
 */

import type { DatabaseSync } from 'node:sqlite';
import type { RequestFilter } from '../../monitor/rows.ts';
import { firstSeq, SEQ_MAX, SEQ_MIN } from './order.ts';
import { WORD_COLUMNS, type WordColumn } from './schema.ts';
import { knownWordId, wordsWith } from './words.ts';

export type Column = WordColumn | 'status' | 'conversation';
export interface Value {
  readonly column: Column;
  readonly value: number | string;
}
export interface Condition {
  readonly values: readonly Value[];
  /** In lower case; must occur in the id or in the words that stand in no column. */
  readonly text?: string;
}
/** `from` inclusive, `to` exclusive. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export function conditionsOf(database: DatabaseSync, filter: RequestFilter): Condition[] {
  const one = (column: WordColumn, text: string): Value[] => {
    const value = knownWordId(database, text);
    return value === undefined ? [] : [{ column, value }];
  };
  const list: Condition[] = [];
  const add = (values: readonly Value[]) => list.push({ values });
  if (filter.protocol !== undefined) add(one('protocol', filter.protocol));
  if (filter.model !== undefined) add([...one('model', filter.model), ...one('mapped_model', filter.model)]);
  if (filter.account !== undefined) add(one('account_email', filter.account));
  if (filter.outcome !== undefined) add(one('outcome', filter.outcome));
  if (filter.path !== undefined) add(one('path', filter.path));
  if (filter.conversation !== undefined) add([{ column: 'conversation', value: filter.conversation }]);
  const { status, flag, q } = filter;
  if (status !== undefined) {
    add(statuses(database).flatMap((value) => (value >= status.from && value <= status.to ? statusIs(value) : [])));
  }
  if (flag !== undefined) add(flagSets(database, flag));
  if (q !== undefined && q !== '') list.push(textCondition(database, q));
  return list;
}

export function rangeOf(database: DatabaseSync, { since, until, before }: RequestFilter): Range {
  const limits = [SEQ_MAX];
  if (until !== undefined) limits.push(firstSeq(until));
  if (before !== undefined) {
    const found = database.prepare('SELECT seq FROM requests WHERE id = ?').get(before.id);
    // A row that has been deleted since: all rows of its millisecond are left out.
    limits.push(found === undefined ? firstSeq(before.time) : Number(found.seq));
  }
  return { from: since === undefined ? SEQ_MIN : firstSeq(since), to: Math.min(...limits) };
}

/** The distinct values of an indexed column, jumping from one to the next. */
export function distinct(database: DatabaseSync, column: WordColumn | 'status', max = DISTINCT_MAX): number[] {
  const rows = database
    .prepare(
      `WITH RECURSIVE found (value) AS (
        SELECT min(${column}) FROM requests
        UNION ALL
        SELECT (SELECT min(${column}) FROM requests WHERE ${column} > value) FROM found WHERE value IS NOT NULL
      ) SELECT value FROM found WHERE value IS NOT NULL LIMIT ?`,
    )
    .all(max);
  return rows.map((row) => Number(row.value));
}
const DISTINCT_MAX = 2_000;

/** Any substring: in a name, in a status, or in the text index. */
function textCondition(database: DatabaseSync, q: string): Condition {
  const text = q.toLowerCase();
  const words = wordsWith(database, text).flatMap((value) => WORD_COLUMNS.map((column): Value => ({ column, value })));
  const inStatus = statuses(database).flatMap((status) => (String(status).includes(text) ? statusIs(status) : []));
  return { values: [...held(database, words), ...inStatus], text };
}

/** A word stands in one or two of the columns only; the others need not be looked through. */
function held(database: DatabaseSync, values: readonly Value[]): Value[] {
  const find = new Map(
    WORD_COLUMNS.map((column) => [column, database.prepare(`SELECT 1 FROM requests WHERE ${column} = ? LIMIT 1`)]),
  );
  return values.filter(({ column, value }) => find.get(column as WordColumn)?.get(value) !== undefined);
}

function flagSets(database: DatabaseSync, flag: string): Value[] {
  const sets = database.prepare("SELECT id FROM words WHERE instr(',' || text || ',', ?) > 0").all(`,${flag},`);
  return held(
    database,
    sets.map((row) => ({ column: 'flags', value: Number(row.id) })),
  );
}

function statuses(database: DatabaseSync): number[] {
  return distinct(database, 'status');
}
function statusIs(value: number): [Value] {
  return [{ column: 'status', value }];
}
