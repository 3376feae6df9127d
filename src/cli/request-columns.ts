/** The columns of the table of requests, what each may lose when the terminal is narrow, and its colours. Pure. */

import type { RequestRow } from '../monitor/rows.ts';
import type { LiveRow } from '../monitor/views.ts';
import { localTime } from './log-line.ts';
import type { Style } from './paint.ts';
import type { Column } from './table.ts';
import { plainText, shorten } from './terminal-text.ts';

const TIME_WIDTH = 19;
const ID_WIDTH = 26;

const row = (
  heading: string,
  priority: number,
  widths: readonly [min: number, max: number],
  text: (row: RequestRow) => string,
  align: 'left' | 'right' = 'left',
): Column<RequestRow> => ({ heading, priority, widthMin: widths[0], widthMax: widths[1], text, align });

/** In the order of the page; the id stays, because `explain` and `logs` ask for it. */
export const REQUEST_COLUMNS: readonly Column<RequestRow>[] = [
  row('time', 8, [TIME_WIDTH, TIME_WIDTH], ({ time }) => localTime(time).slice(0, TIME_WIDTH)),
  row('outcome', 10, [9, 9], ({ outcome }) => outcome),
  row('status', 9, [6, 6], ({ status }) => String(status), 'right'),
  row('model', 7, [14, 48], modelText),
  row('account', 5, [10, 30], ({ account_email }) => account_email),
  row('path', 1, [12, 44], ({ path }) => path),
  row('in', 3, [4, 9], ({ input_tokens }) => numberText(input_tokens), 'right'),
  row('out', 3, [4, 9], ({ output_tokens }) => numberText(output_tokens), 'right'),
  row('cached', 0, [6, 9], ({ cache_read_tokens }) => numberText(cache_read_tokens), 'right'),
  row('first', 4, [6, 8], ({ first_content_ms }) => durationText(first_content_ms), 'right'),
  row('took', 6, [6, 8], ({ duration_ms }) => durationText(duration_ms), 'right'),
  row('tries', 2, [5, 5], ({ attempts }) => String(attempts), 'right'),
  row('id', 11, [ID_WIDTH, ID_WIDTH], ({ id }) => id),
];

export const OUTCOME_STYLES: Readonly<Record<string, Style>> = {
  ok: 'green',
  healed: 'yellow',
  failed: 'red',
  cancelled: 'dim',
};

/** The one line about what is under way. Never wider than `width`. */
export function underWayLine(open: readonly LiveRow[], width: number): string {
  if (open.length === 0) return shorten('nothing under way', width);
  const each = open.map(
    (live) => `${plainText(live.model)} ${plainText(live.state)} ${durationText(live.duration_ms)}`,
  );
  return shorten(`${open.length} under way: ${each.join(', ')}`, width);
}

function modelText({ model, mapped_model }: RequestRow): string {
  return mapped_model === '' || mapped_model === model ? model : `${model} → ${mapped_model}`;
}

function numberText(n: number | null): string {
  return n === null ? '' : String(n);
}

export function durationText(ms: number | null): string {
  if (ms === null) return '';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 100_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}
