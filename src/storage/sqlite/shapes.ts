/**
 * The shapes of rows: the combinations of protocol, models, path, outcome, flags and status that there are. Values that never meet are told apart here
 * without reading a row, and rows of one shape come newest first from one index. Few in any real journal; where there are too many the table is read.
 */

import type { DatabaseSync } from 'node:sqlite';
import type { Condition, Value } from './conditions.ts';
import { SHAPE_COLUMNS } from './schema.ts';

export type Shape = readonly number[];

/** undefined where there are too many to look at each. */
export function shapesOf(database: DatabaseSync, shapesMax: number): readonly Shape[] | undefined {
  // The next shape is the next value of the last column that has one, where those before it stay. A comparison of whole rows would read the index through.
  const steps = SHAPE_COLUMNS.map((_, depth) => database.prepare(nextShapeSql(depth)));
  const shapes: Shape[] = [];
  let last: Shape = [];
  for (;;) {
    let found: Record<string, unknown> | undefined;
    if (shapes.length === 0) found = steps[0]?.get(-1);
    for (let depth = last.length - 1; depth >= 0 && found === undefined; depth -= 1) {
      found = steps[depth]?.get(...last.slice(0, depth + 1));
    }
    if (found === undefined) return shapes;
    if (shapes.length >= shapesMax) return undefined;
    const shape = found;
    last = SHAPE_COLUMNS.map((column) => Number(shape[column]));
    shapes.push(last);
  }
}

/** The values of the columns before `depth` stay, that of `depth` rises. */
export function nextShapeSql(depth: number): string {
  const columns = SHAPE_COLUMNS.join(', ');
  const held = SHAPE_COLUMNS.slice(0, depth).map((column) => `${column} = ?`);
  const where = [...held, `${SHAPE_COLUMNS[depth]} > ?`].join(' AND ');
  return `SELECT ${columns} FROM requests INDEXED BY by_shape WHERE ${where} ORDER BY ${columns} LIMIT 1`;
}

/** Whether a shape alone decides on a condition. */
export function isOfShape({ values, text }: Condition): boolean {
  return text === undefined && values.every(({ column }) => placeOf(column) !== -1);
}

export function hasShape(shape: Shape, conditions: readonly Condition[]): boolean {
  return conditions.every(({ values }) => values.some(({ column, value }) => shape[placeOf(column)] === value));
}

/** Numbers of the database's own, so they may stand in a statement. */
export function shapeSql(shape: Shape): string {
  return SHAPE_COLUMNS.map((column, place) => `${column} = ${shape[place]}`).join(' AND ');
}

function placeOf(column: Value['column']): number {
  return (SHAPE_COLUMNS as readonly string[]).indexOf(column);
}
