/** Counts what became of answers whose upstreams died, by dialect and way, and prints it as a table. */

import type { Protocol } from '../../src/model/request.ts';
import type { Death } from './house.ts';
import type { Fate, Judgement } from './judge.ts';

const columns = [
  'deaths',
  'again',
  'resumed',
  'unbroken',
  'told: cannot be gone on with',
  'told: contradiction',
  'unclear',
];

export class Tally {
  readonly #rows = new Map<string, Map<string, number>>();
  readonly #reasons = new Map<string, number>();

  add({ recorded, client, way, heir }: Death, { fate, finality, isContradicted, isAmbiguous }: Judgement): void {
    const guest = client === recorded.dialect ? '' : ` for ${client}`;
    const row = `${recorded.dialect}${guest}${heir === undefined ? '' : ` then ${heir}`}, ${way.way}`;
    this.#count(row, 'deaths');
    if (isAmbiguous) this.#count(row, 'unclear');
    if (fate !== 'told') this.#count(row, fate);
    else if (isContradicted) this.#count(row, 'told: contradiction');
    else if (!isAmbiguous) {
      this.#count(row, 'told: cannot be gone on with');
      const why = `${recorded.dialect}: ${finality?.why}`;
      this.#reasons.set(why, (this.#reasons.get(why) ?? 0) + 1);
    }
  }

  of(dialect: Protocol, way: Death['way']['way'], column: Fate | (typeof columns)[number]): number {
    return this.#rows.get(`${dialect}, ${way}`)?.get(column) ?? 0;
  }

  total(column: string): number {
    return [...this.#rows.values()].reduce((sum, row) => sum + (row.get(column) ?? 0), 0);
  }

  table(): string {
    const names = [...this.#rows.keys()].toSorted();
    const width = Math.max(...names.map((name) => name.length), 0);
    const line = (name: string, cells: readonly string[]): string =>
      [name.padEnd(width), ...cells.map((cell, at) => cell.padStart(columns[at]?.length ?? 0))].join('  ');
    const numbers = (name: string): string[] => columns.map((column) => String(this.#rows.get(name)?.get(column) ?? 0));
    const reasons = [...this.#reasons].toSorted().map(([why, count]) => `${count}  ${why}`);
    const sums = columns.map((column) => String(this.total(column)));
    return [
      line('', columns),
      ...names.map((name) => line(name, numbers(name))),
      line('all', sums),
      '',
      ...reasons,
    ].join('\n');
  }

  #count(row: string, column: string): void {
    const counts = this.#rows.get(row) ?? new Map<string, number>();
    this.#rows.set(row, counts);
    counts.set(column, (counts.get(column) ?? 0) + 1);
  }
}
