/**
 * Requests as a table in CSV (RFC 4180): the first row has the names, the others one request each, without bodies. Pure. A cell must never be
 * something that a spreadsheet would take for a formula: model names and paths are written by clients and upstreams.
 */

import type { RequestRecord, RequestRow } from '../rows.ts';

type Cell = string | number | boolean | null;

/** In the order of the admin API; `error` is not part of its rows. */
const COLUMNS: readonly (keyof RequestRow)[] = [
  'id',
  'time',
  'protocol',
  'method',
  'path',
  'model',
  'mapped_model',
  'account_email',
  'status',
  'outcome',
  'stream',
  'attempts',
  'duration_ms',
  'first_byte_ms',
  'first_content_ms',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'stop_reason',
  'flags',
  'conversation',
];
export const CSV_NAMES: readonly string[] = [...COLUMNS, 'error'];

const LINE_END = '\r\n';
/** How spreadsheets know a formula; some of them skip white space before it. */
const FORMULA = /^[=+\-@\t\r\n]/;
const NEEDS_QUOTES = /[",\r\n]/;

export async function* csvPieces(records: AsyncIterable<RequestRecord>): AsyncGenerator<string> {
  yield csvLine(CSV_NAMES);
  for await (const { row, error } of records) yield csvLine([...COLUMNS.map((name) => cellOf(row[name])), error]);
}

export function csvLine(cells: readonly Cell[]): string {
  return cells.map(written).join(',') + LINE_END;
}

function cellOf(value: RequestRow[keyof RequestRow]): Cell {
  return typeof value === 'object' && value !== null ? value.join(' ') : value;
}

/** Numbers are the gateway's own and stay numbers. */
function written(cell: Cell | undefined): string {
  // A record of an older version may lack a column.
  if (cell === null || cell === undefined) return '';
  if (typeof cell !== 'string') return String(cell);
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
