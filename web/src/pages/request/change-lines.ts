/** The difference between two texts, line by line, as a person reads it. Pure. Beyond its limit of work it says "all of this became all of that". */

import type { ChangeRow } from '../../../../src/monitor/views.ts';
import { jsonLines, rawLines } from './body-lines.ts';

export interface ChangeLine {
  readonly sign: ' ' | '−' | '+' | '…';
  readonly text: string;
  /** Of an ellipsis: how many unchanged lines it stands for. */
  readonly lines: number;
}

/** Lines that stand around a change. */
const CONTEXT_LINES = 3;
/** Differences looked for: the work grows with the square of this. */
const DIFFERENCES_MAX = 800;

export function changeLines(change: Pick<ChangeRow, 'before' | 'after'>): ChangeLine[] {
  const before = linesOf(change.before);
  const after = linesOf(change.after);
  return shortened(differences(before, after));
}

function linesOf(json: string | null): string[] {
  if (json === null) return [];
  const lines = jsonLines(json) ?? rawLines(json);
  return lines.map(({ depth, key, text }) => `${'  '.repeat(depth)}${key === '' ? '' : `${key}: `}${text}`);
}

export function differences(before: readonly string[], after: readonly string[]): ChangeLine[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  const room = Math.min(before.length, after.length) - start;
  while (end < room && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const middle = { before: before.slice(start, before.length - end), after: after.slice(start, after.length - end) };
  return [
    ...signed(' ', before.slice(0, start)),
    ...(shortestEdit(middle.before, middle.after) ?? [...signed('−', middle.before), ...signed('+', middle.after)]),
    ...signed(' ', before.slice(before.length - end)),
  ];
}

/** Myers, "An O(ND) Difference Algorithm and Its Variations" (1986). */
function shortestEdit(before: readonly string[], after: readonly string[]): ChangeLine[] | undefined {
  const trace: Map<number, number>[] = [];
  const furthest = new Map<number, number>([[1, 0]]);
  const limit = Math.min(before.length + after.length, DIFFERENCES_MAX);
  for (let edits = 0; edits <= limit; edits++) {
    trace.push(new Map(furthest));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = goesDown(furthest, diagonal, edits)
        ? (furthest.get(diagonal + 1) ?? 0)
        : (furthest.get(diagonal - 1) ?? 0) + 1;
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x++;
      furthest.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) return walkBack(before, after, trace);
    }
  }
  return undefined;
}

function goesDown(furthest: ReadonlyMap<number, number>, diagonal: number, edits: number): boolean {
  if (diagonal === -edits) return true;
  return diagonal !== edits && (furthest.get(diagonal - 1) ?? 0) < (furthest.get(diagonal + 1) ?? 0);
}

function walkBack(
  before: readonly string[],
  after: readonly string[],
  trace: readonly Map<number, number>[],
): ChangeLine[] {
  const lines: ChangeLine[] = [];
  let x = before.length;
  let y = after.length;
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const furthest = trace[edits] as Map<number, number>;
    const diagonal = x - y;
    const down = goesDown(furthest, diagonal, edits);
    const fromX = furthest.get(down ? diagonal + 1 : diagonal - 1) ?? 0;
    const fromY = fromX - (down ? diagonal + 1 : diagonal - 1);
    while (x > Math.max(fromX, 0) && y > Math.max(fromY, 0)) {
      x--;
      y--;
      lines.push(...signed(' ', [before[x] as string]));
    }
    if (edits === 0) break;
    if (down) lines.push(...signed('+', [after[--y] as string]));
    else lines.push(...signed('−', [before[--x] as string]));
  }
  return lines.reverse();
}

function shortened(lines: readonly ChangeLine[]): ChangeLine[] {
  const isNear = lines.map(() => false);
  for (const [index, line] of lines.entries()) {
    if (line.sign === ' ') continue;
    isNear.fill(true, Math.max(0, index - CONTEXT_LINES), index + CONTEXT_LINES + 1);
  }
  const shown: ChangeLine[] = [];
  for (const [index, line] of lines.entries()) {
    const last = shown.at(-1);
    if (isNear[index]) shown.push(line);
    else if (last?.sign === '…') shown[shown.length - 1] = { ...last, lines: last.lines + 1 };
    else shown.push({ sign: '…', text: '', lines: 1 });
  }
  return shown;
}

function signed(sign: ' ' | '−' | '+', lines: readonly string[]): ChangeLine[] {
  return lines.map((text) => ({ sign, text, lines: 1 }));
}
