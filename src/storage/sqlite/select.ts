/**
 * Finds the newest rows that meet a filter. One condition drives: its rows come from its index, newest first, and the others are checked on each. Where
 * every condition holds for very many rows, the shapes that meet them all give their rows; the table itself is read only where there are too many shapes.
 */

import type { DatabaseSync } from 'node:sqlite';
import type { RequestFilter } from '../../monitor/rows.ts';
import { type Condition, conditionsOf, type Range, rangeOf, type Value } from './conditions.ts';
import { SEQ_MAX } from './order.ts';
import { hasShape, isOfShape, type Shape, shapeSql, shapesOf } from './shapes.ts';

/** A condition that holds for more rows does not drive beside others: to read the table is then cheaper than to jump to each of its rows. */
const DRIVING_ROWS_MAX = 30_000;
/** Jumping from shape to shape costs a few microseconds each; above it the table is read. */
const SHAPES_MAX = 2_000;
const SEARCH_LIMITS = { drivingRowsMax: DRIVING_ROWS_MAX, shapesMax: SHAPES_MAX };
/** More alternatives than this do not drive. */
const DRIVING_VALUES_MAX = 500;
/** The text index knows texts from this length on. */
const INDEXED_CHARS_MIN = 3;
/** A shorter text is looked for in the ids and failures of so many rows, the newest; in names it is looked for in all. */
export const SHORT_TEXT_ROWS_MAX = 30_000;

/** Numbers of rows below a number, newest first. */
export function selectSeqs(
  database: DatabaseSync,
  filter: RequestFilter,
  below = SEQ_MAX,
  { drivingRowsMax, shapesMax } = SEARCH_LIMITS,
): number[] {
  const asked = rangeOf(database, filter);
  const range = { from: asked.from, to: Math.min(asked.to, below) };
  const conditions = conditionsOf(database, filter);
  const search: Search = { database, range, limit: filter.limit, drivingRowsMax, shapesMax };
  if (conditions.some((condition) => condition.values.length === 0 && condition.text === undefined)) return [];
  const driver = choose(search, conditions);
  if (driver === undefined) return conditions.length === 0 ? walk(search, []) : gather(search, conditions);
  return drive(
    search,
    driver,
    conditions.filter((condition) => condition !== driver),
  );
}

interface Search {
  readonly database: DatabaseSync;
  readonly range: Range;
  readonly limit: number;
  readonly drivingRowsMax: number;
  readonly shapesMax: number;
}

function choose(search: Search, conditions: readonly Condition[]): Condition | undefined {
  const able = conditions.filter((condition) => condition.values.length <= DRIVING_VALUES_MAX);
  if (conditions.length === 1) return able[0];
  const rated = able.map((condition) => ({ condition, rows: rowsOf(search, condition) }));
  const [best] = rated.sort((a, b) => a.rows - b.rows);
  return best !== undefined && best.rows <= search.drivingRowsMax ? best.condition : undefined;
}

/** At least so many rows; counted no further than where a condition stops to be worth driving. */
function rowsOf({ database, range, drivingRowsMax }: Search, { values, text }: Condition): number {
  let rows = 0;
  const room = (): number => drivingRowsMax + 1 - rows;
  if (text !== undefined) {
    if (!isIndexed(text)) return Number.POSITIVE_INFINITY;
    rows += textRows(database, range, text, room());
  }
  for (const { column, value } of values) {
    if (room() <= 0) break;
    const sql = `SELECT count(*) AS n FROM (
      SELECT 1 FROM requests INDEXED BY by_${column} WHERE ${column} = ? AND seq >= ? AND seq < ? LIMIT ?)`;
    rows += Number(database.prepare(sql).get(value, range.from, range.to, room())?.n);
  }
  return rows;
}

function textRows(database: DatabaseSync, range: Range, text: string, max: number): number {
  const sql =
    'SELECT count(*) AS n FROM (SELECT 1 FROM texts WHERE texts MATCH ? AND rowid >= ? AND rowid < ? LIMIT ?)';
  return Number(database.prepare(sql).get(trigrams(text), range.from, range.to, Math.max(max, 0))?.n);
}

/** The newest of each alternative, then the newest of all of these. */
function drive(search: Search, driver: Condition, others: readonly Condition[]): number[] {
  const found = new Set<number>();
  const checks = checksOf(others);
  const take = (seqs: readonly number[]): void => {
    for (const seq of seqs) found.add(seq);
  };
  if (driver.text !== undefined) take(withText(search, driver.text, checks));
  for (const value of driver.values) take(withValue(search, value, checks));
  return newestOf(found, search.limit);
}

function withValue({ database, range, limit }: Search, { column, value }: Value, checks: Checks): number[] {
  const sql = `SELECT seq FROM requests INDEXED BY by_${column}
    WHERE ${column} = ? AND seq >= ? AND seq < ? ${checks.sql} ORDER BY seq DESC LIMIT ?`;
  return seqsOf(database.prepare(sql).all(value, range.from, range.to, ...checks.texts, limit));
}

function withText(search: Search, text: string, checks: Checks): number[] {
  const { database, range, limit } = search;
  if (!isIndexed(text)) return withShortText(search, text, checks);
  // The index tells rows that have all pieces of the text; whether they stand together is told by the row.
  const sql = `SELECT requests.seq AS seq FROM texts CROSS JOIN requests ON requests.seq = texts.rowid
    WHERE texts MATCH ? AND texts.rowid >= ? AND texts.rowid < ? AND ${TEXT_CHECK} ${checks.sql}
    ORDER BY texts.rowid DESC LIMIT ?`;
  const bound = [trigrams(text), range.from, range.to, text, text, ...checks.texts, limit];
  return seqsOf(database.prepare(sql).all(...bound));
}

function withShortText({ database, range, limit }: Search, text: string, checks: Checks): number[] {
  const sql = `SELECT seq FROM (SELECT * FROM requests WHERE seq >= ? AND seq < ? ORDER BY seq DESC LIMIT ?)
    WHERE ${TEXT_CHECK} ${checks.sql} ORDER BY seq DESC LIMIT ?`;
  const bound = [range.from, range.to, SHORT_TEXT_ROWS_MAX, text, text, ...checks.texts, limit];
  return seqsOf(database.prepare(sql).all(...bound));
}

/** What the text index finds, and the rows of all shapes that meet the conditions. */
function gather(search: Search, conditions: readonly Condition[]): number[] {
  const shapes = shapesOf(search.database, search.shapesMax);
  if (shapes === undefined) return walk(search, conditions);
  const found = new Set<number>();
  const left = conditions.map((condition) => {
    const { text, values } = condition;
    if (text === undefined || isDense(search, text)) return condition;
    const others = checksOf(conditions.filter((other) => other !== condition));
    for (const seq of withText(search, text, others)) found.add(seq);
    return { values };
  });
  const decided = left.filter(isOfShape);
  const checks = checksOf(left.filter((condition) => !isOfShape(condition)));
  let newest = newestOf(found, search.limit);
  for (const shape of shapes) {
    if (!hasShape(shape, decided)) continue;
    // What is older than all of a full list can be left out.
    const oldest = newest.length < search.limit ? search.range.from : Math.max(search.range.from, newest.at(-1) ?? 0);
    const range = { from: oldest, to: search.range.to };
    newest = newestOf(new Set([...newest, ...withShape({ ...search, range }, shape, checks)]), search.limit);
  }
  return newest;
}

function isDense({ database, range, drivingRowsMax }: Search, text: string): boolean {
  if (!isIndexed(text)) return false;
  return textRows(database, range, text, drivingRowsMax + 1) > drivingRowsMax;
}

function withShape({ database, range, limit }: Search, shape: Shape, checks: Checks): number[] {
  const sql = `SELECT seq FROM requests INDEXED BY by_shape
    WHERE ${shapeSql(shape)} AND seq >= ? AND seq < ? ${checks.sql} ORDER BY seq DESC LIMIT ?`;
  return seqsOf(database.prepare(sql).all(range.from, range.to, ...checks.texts, limit));
}

function newestOf(seqs: ReadonlySet<number>, limit: number): number[] {
  return [...seqs].sort((a, b) => b - a).slice(0, limit);
}

function walk({ database, range, limit }: Search, conditions: readonly Condition[]): number[] {
  const checks = checksOf(conditions);
  const sql = `SELECT seq FROM requests NOT INDEXED
    WHERE seq >= ? AND seq < ? ${checks.sql} ORDER BY seq DESC LIMIT ?`;
  return seqsOf(database.prepare(sql).all(range.from, range.to, ...checks.texts, limit));
}

// ---------------------------------------------------------------- parts

interface Checks {
  /** Begins with AND, or is empty. */
  readonly sql: string;
  readonly texts: readonly string[];
}

const TEXT_CHECK = '(instr(lower(id), ?) > 0 OR instr(rest, ?) > 0)';

function checksOf(conditions: readonly Condition[]): Checks {
  const parts: string[] = [];
  const texts: string[] = [];
  for (const { values, text } of conditions) {
    const either: string[] = [];
    for (const [column, found] of Map.groupBy(values, (each) => each.column)) {
      const numbers = found.flatMap(({ value }) => (typeof value === 'number' ? [value] : []));
      // Numbers come out of the database itself, so they may stand in the statement.
      if (numbers.length > 0) either.push(`${column} IN (${numbers.join(', ')})`);
      for (const { value } of found) {
        if (typeof value !== 'string') continue;
        either.push(`${column} = ?`);
        texts.push(value);
      }
    }
    if (text !== undefined) {
      either.push(TEXT_CHECK);
      texts.push(text, text);
    }
    parts.push(`AND (${either.join(' OR ')})`);
  }
  return { sql: parts.join(' '), texts };
}

/** The index counts whole characters, and its questions end at a zero. */
function isIndexed(text: string): boolean {
  return [...text].length >= INDEXED_CHARS_MIN && !text.includes('\0');
}

/** Every piece of three characters of a text, as a question to the text index. */
function trigrams(text: string): string {
  const chars = [...text];
  const pieces = new Set<string>();
  for (let n = 0; n + INDEXED_CHARS_MIN <= chars.length && pieces.size < PIECES_MAX; n += 1) {
    pieces.add(
      `"${chars
        .slice(n, n + INDEXED_CHARS_MIN)
        .join('')
        .replaceAll('"', '""')}"`,
    );
  }
  return [...pieces].join(' AND ');
}
/** The rest of a long text is left to the check. */
const PIECES_MAX = 32;

function seqsOf(rows: readonly Record<string, unknown>[]): number[] {
  return rows.map((row) => Number(row.seq));
}
