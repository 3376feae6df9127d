/** Writes what was measured: tables for people, where every value stands with its ratio to the bare passthrough. */

import { type Spread, spread } from './numbers.ts';

export interface Column {
  readonly title: string;
  /** One value per round, by name. */
  readonly values: Readonly<Record<string, readonly number[]>>;
  readonly digits: number;
  /** The name whose value of the same round is the 1 of the ratio. */
  readonly against?: string;
}

export interface Measured {
  readonly value: Spread;
  readonly ratio?: Spread;
}

/** The ratio is taken round by round, so that a slow moment of the machine falls on both sides of it. */
export function measured(column: Column, name: string): Measured {
  const values = column.values[name] ?? [];
  const base = column.against === undefined ? undefined : column.values[column.against];
  if (base === undefined) return { value: spread(values) };
  const ratios = values.map((value, round) => value / (base[round] ?? Number.NaN));
  return { value: spread(values), ratio: spread(ratios) };
}

export function table(names: readonly string[], columns: readonly Column[]): string {
  const head = ['', ...columns.map((column) => column.title)];
  const rows = names.map((name) => [name, ...columns.map((column) => cell(column, name))]);
  const widths = head.map((_, place) => Math.max(...[head, ...rows].map((row) => (row[place] ?? '').length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, place) => text.padEnd(widths[place] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

function cell(column: Column, name: string): string {
  const { value, ratio } = measured(column, name);
  const told = range(value, column.digits);
  return ratio === undefined ? told : `${told} = ${range(ratio, 2)}x`;
}

/** The median, and the extremes where they differ from it. */
function range({ median, min, max }: Spread, digits: number): string {
  const show = (value: number): string =>
    value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return show(min) === show(max) ? show(median) : `${show(median)} (${show(min)}–${show(max)})`;
}
