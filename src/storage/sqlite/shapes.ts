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
  const columns = SHAPE_COLUMNS.join(', ');
  const from = `SELECT ${columns} FROM requests INDEXED BY by_shape`;
  const next = database.prepare(
    `${from} WHERE (${columns}) > (${SHAPE_COLUMNS.map(() => '?').join(', ')}) ORDER BY ${columns} LIMIT 1`,
  );
  const shapes: Shape[] = [];
  let last: Shape = SHAPE_COLUMNS.map(() => -1);
  for (;;) {
    const found = next.get(...last);
    if (found === undefined) return shapes;
    if (shapes.length >= shapesMax) return undefined;
    last = SHAPE_COLUMNS.map((column) => Number(found[column]));
    shapes.push(last);
  }
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
