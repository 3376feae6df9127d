/**
 * Lays a table out for a terminal's width: columns that matter less are shortened first and then dropped. Pure. No line may be wider than it was told, and
 * no cell may hold anything that a terminal obeys.
 */

import { pad, plainText, shorten, widthOf } from './terminal-text.ts';

export interface Column<Row> {
  readonly heading: string;
  readonly align: 'left' | 'right';
  /** The column with the smallest goes first. */
  readonly priority: number;
  /** It is shortened to this before another is dropped. */
  readonly widthMin: number;
  readonly widthMax: number;
  readonly text: (row: Row) => string;
}

export interface Layout<Row> {
  readonly width: number;
  readonly columns: readonly (Column<Row> & { readonly width: number })[];
}

const GAP = '  ';

/** `rows` are those that are known: later ones are shortened to what these need. */
export function layOut<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number): Layout<Row> {
  const sized = columns.map((column) => ({ ...column, width: naturalWidth(column, rows) }));
  for (;;) {
    for (const column of byPriority(sized)) {
      const over = total(sized) - width;
      if (over <= 0) return { width, columns: sized };
      column.width = Math.max(Math.min(column.widthMin, column.width), column.width - over);
    }
    if (total(sized) <= width) return { width, columns: sized };
    const least = byPriority(sized)[0];
    if (least === undefined) return { width, columns: [] };
    if (sized.length === 1) return { width, columns: [{ ...least, width: Math.max(0, width) }] };
    sized.splice(sized.indexOf(least), 1);
    // What was shortened for a column that is now gone may have its room again.
    for (const column of sized) column.width = naturalWidth(column, rows);
  }
}

export function headingLine<Row>(layout: Layout<Row>): string {
  return written(layout, ({ heading }) => heading);
}

/** `paint` colours a cell that has its place already; it must not change its width. */
export function rowLine<Row>(
  layout: Layout<Row>,
  row: Row,
  paint: (text: string, column: Column<Row>) => string = (text) => text,
): string {
  return written(layout, ({ text }) => plainText(text(row)), paint);
}

function written<Row>(
  { columns }: Layout<Row>,
  textOf: (column: Column<Row>) => string,
  paint: (text: string, column: Column<Row>) => string = (text) => text,
): string {
  const cells = columns.map((column, at) => {
    const text = shorten(textOf(column), column.width);
    const isLast = at === columns.length - 1 && column.align === 'left';
    return paint(isLast ? text : pad(text, column.width, column.align), column);
  });
  return cells.join(GAP);
}

function naturalWidth<Row>(column: Column<Row>, rows: readonly Row[]): number {
  let width = widthOf(column.heading);
  for (const row of rows) width = Math.max(width, widthOf(plainText(column.text(row))));
  return Math.max(column.widthMin, Math.min(width, column.widthMax));
}

function total(columns: readonly { readonly width: number }[]): number {
  return columns.reduce((sum, { width }) => sum + width, 0) + GAP.length * Math.max(0, columns.length - 1);
}

function byPriority<Sized extends { readonly priority: number }>(columns: readonly Sized[]): Sized[] {
  return [...columns].sort((left, right) => left.priority - right.priority);
}
