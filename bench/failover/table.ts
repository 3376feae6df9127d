/** Cells as lines for people: the table of the terminal and of the page, and all that is known of one cell. */

import type { CellResult } from './cell.ts';

export const columns = ['scenario', 'dialect', '', 'first token', 'whole answer', 'longest gap', 'attempts', 'checks'];

export function rowOf({ scenario, dialect, passed, facts, checks }: CellResult): readonly string[] {
  const { exchanges, asks } = facts;
  const first = exchanges.flatMap(({ firstTokenMs }) => firstTokenMs ?? []);
  const counted = (route: string): number => asks.filter((ask) => ask.route === route).length;
  const faults = checks.filter((check) => check.faults.length > 0);
  const clean = `all ${checks.length} clean`;
  return [
    `${scenario.number} ${scenario.title}`,
    dialect.title,
    passed ? 'pass' : 'FAIL',
    scenario.expects === 'refusal' ? '–' : worst(first, exchanges.length),
    seconds(Math.max(...exchanges.map(({ tookMs }) => tookMs))),
    seconds(Math.max(...exchanges.map(({ longestGapMs }) => longestGapMs))),
    `${counted('primary')} + ${counted('fallback')}`,
    faults.length === 0 ? clean : faults.map(({ name, faults: [one = ''] }) => `${name}: ${shortened(one)}`).join('; '),
  ];
}

function worst(values: readonly number[], wanted: number): string {
  return values.length < wanted || values.length === 0 ? 'none' : seconds(Math.max(...values));
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}

const faultCharactersMax = 110;

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').replaceAll('|', '/');
  return line.length > faultCharactersMax ? `${line.slice(0, faultCharactersMax)}…` : line;
}

export function table(results: readonly CellResult[]): string {
  return lines([columns, ...results.map(rowOf)]);
}

export function lines([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, place) => Math.max(3, ...[head, ...rows].map((row) => (row[place] ?? '').length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, place) => text.padEnd(widths[place] ?? 0)).join(' | ')} |`;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join('\n');
}

/** For whoever mends it: every fault, every ask with its time, and the gateway's log. */
export function show({ scenario, dialect, checks, facts, log }: CellResult): string {
  const at = (ms: number): string => `${((ms - facts.startedMs) / 1_000).toFixed(3)} s`;
  return [
    `\n--- ${scenario.number} ${scenario.title}, ${dialect.title}`,
    ...checks.flatMap(({ name, faults }) => faults.map((fault) => `  ${name}: ${fault}`)),
    ...facts.asks.map(
      (ask) =>
        `  ${at(ask.atMs)} ${ask.route} asked (${ask.form}), ${ask.end ?? 'never ended'}${ask.endedMs === undefined ? '' : ` at ${at(ask.endedMs)}`}`,
    ),
    ...facts.exchanges.map(
      (one) =>
        `  request ${one.question}: status ${one.status}, ${one.reading.text.length} characters, body ${one.bodyEnd}`,
    ),
    log,
  ].join('\n');
}
