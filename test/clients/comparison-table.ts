/**
 * The table of `docs/CLIENTS.md`: what a person sees while an account is sick, with a gateway and without. It is put between two marks of the
 * page and never touches anything else of it; a table with a hole is not written.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Comparison, comparisons, type FaultName, faults } from './comparison.ts';
import type { Outcome } from './comparison-judge.ts';

/** A turn as it goes into the table. */
export interface Measured {
  readonly outcome: Outcome;
  readonly ms: number;
  /** The gateway let a failure through and the client asked again. */
  readonly helpedItself?: boolean;
}

export type Column = FaultName | 'nothing wrong';

export interface Measurements {
  readonly version: string;
  readonly through: ReadonlyMap<Column, Measured>;
  readonly without: ReadonlyMap<Column, Measured>;
}

const page = fileURLToPath(new URL('../../docs/CLIENTS.md', import.meta.url));
const begin = '<!-- measured: begin -->';
const end = '<!-- measured: end -->';

const columns: readonly Column[] = ['nothing wrong', ...faults.map(({ name }) => name)];

export function writeTable(measured: ReadonlyMap<string, Measurements>): void {
  const text = readFileSync(page, 'utf8');
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new Error(`${page} has no place for the table`);
  writeFileSync(page, `${text.slice(0, from + begin.length)}\n${tableOf(measured)}\n${text.slice(to)}`);
}

export function tableOf(measured: ReadonlyMap<string, Measurements>): string {
  const lines = comparisons.map((row) => lineOf(row, measured.get(row.client)));
  const heads = ['client', 'upstream', ...columns];
  const table = [`| ${heads.join(' | ')} |`, `|${'---|'.repeat(heads.length)}`, ...lines].join('\n');
  return `${table}\n\n${sumsOf(measured)}`;
}

function lineOf(row: Comparison, measured: Measurements | undefined): string {
  if (measured === undefined) throw new Error(`${row.client} was not measured`);
  const cells = columns.map((column) => {
    const through = measured.through.get(column);
    const without = measured.without.get(column);
    if (through === undefined || without === undefined)
      throw new Error(`${row.client} was not measured with “${column}”`);
    const at = faults.findIndex(({ name }) => name === column);
    const seen = at === -1 ? [] : [row.seen[at] ?? ''];
    return [throughText(through), textOf(without), ...seen].join(' · ');
  });
  return `| ${[`${row.label} ${measured.version}`, row.upstream, ...cells].join(' | ')} |`;
}

function throughText(measured: Measured): string {
  return measured.helpedItself === true && measured.outcome === 'whole'
    ? `by itself ${textOf(measured)}`
    : `**${textOf(measured)}**`;
}

function textOf({ outcome, ms }: Measured): string {
  return outcome === 'whole' ? secondsOf(ms) : outcome;
}

function secondsOf(ms: number): string {
  return ms < 995 ? `${(ms / 1_000).toFixed(2)} s` : `${(ms / 1_000).toFixed(1)} s`;
}

function sumsOf(measured: ReadonlyMap<string, Measurements>): string {
  const cellsOf = (pick: (each: Measurements) => ReadonlyMap<Column, Measured>): Measured[] =>
    [...measured.values()].flatMap((each) =>
      [...pick(each)].flatMap(([column, cell]) => (column === 'nothing wrong' ? [] : [cell])),
    );
  const through = cellsOf((each) => each.through);
  const without = cellsOf((each) => each.without);
  const seen = comparisons.flatMap((row) => [...row.seen]);
  const whole = (cells: readonly Measured[]): number => cells.filter(({ outcome }) => outcome === 'whole').length;
  const healed = through.filter((cell) => cell.outcome === 'whole' && cell.helpedItself !== true).length;
  const slow = Math.max(...through.map(({ ms }) => ms));
  return [
    `Whole answers: ${whole(through)} of ${through.length} through the gateway, ${healed} of them without the client having to ask again;`,
    `${whole(without)} of ${without.length} without it, measured here; ${seen.filter((cell) => / s$/.test(cell)).length} of ${seen.length} without it, as first seen.`,
    `The longest turn through the gateway took ${secondsOf(slow)}.`,
  ].join('\n');
}
