/** How the demo looks on a terminal: colours where they are wanted, text wrapped as it streams, one table at the end. */

import { styleText } from 'node:util';
import type { Fact } from '../model/journal.ts';

export interface Row {
  readonly number: number;
  readonly dialect: string;
  readonly stream: boolean;
  readonly wrong: string;
  readonly done: string;
  readonly tookMs: number;
  readonly whole: boolean;
}

const columns = 96;

/** `styleText` itself respects NO_COLOR and a stream that is no terminal. */
export function paint(style: 'bold' | 'dim' | 'green' | 'red' | 'cyan', text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

/** Prints a line as soon as it is full, so that a stream is seen to stream. */
export function wrap(line: (text: string) => void): { words(text: string): void; end(): void } {
  let rest = '';
  return {
    words(text) {
      rest += text.replaceAll(/\s+/g, ' ');
      while (rest.length > columns) {
        const at = rest.lastIndexOf(' ', columns);
        const cut = at > 0 ? at : columns;
        line(rest.slice(0, cut));
        rest = rest.slice(cut).trimStart();
      }
    },
    end() {
      if (rest !== '') line(rest);
      rest = '';
    },
  };
}

/** What was done, in a few words, from the facts of one exchange. */
export function healedBy(facts: readonly Fact[]): string {
  const steps: string[] = [];
  for (const fact of facts) {
    if (fact.fact !== 'attempt-ended' || fact.result !== 'failed') continue;
    const { failure, decision } = fact;
    const kind = failure?.kind.replaceAll('-', ' ') ?? 'failed';
    if (decision?.action !== 'retry') steps.push(`${kind}: gave up`);
    else {
      const after = decision.afterMs > 0 ? ` after ${decision.afterMs} ms` : '';
      const isShown = failure?.reach === 'committed' && facts.some((each) => each.fact === 'resumed');
      const repaired = decision.remedy === 'signature-repair' ? 'repaired' : undefined;
      const where = repaired ?? (decision.account === 'same' ? 'same account' : 'other account');
      steps.push(`${kind} → ${isShown ? 'went on with ' : ''}${where}${after}`);
    }
  }
  return steps.length === 0 ? 'nothing had to be done' : steps.join(', ');
}

export function table(rows: readonly Row[]): string[] {
  const cells = rows.map((row) => [
    String(row.number),
    `${row.dialect}${row.stream ? '' : ' (json)'}`,
    row.wrong,
    row.done,
    `${Math.round(row.tookMs)} ms`,
    row.whole ? 'whole' : 'NOT WHOLE',
  ]);
  const head = ['', 'client', 'the upstream …', 'what was done', 'took', 'answer'];
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [
    paint('bold', line(head)),
    rule,
    ...cells.map((row) => paint(row[5] === 'whole' ? 'green' : 'red', line(row))),
  ];
}
