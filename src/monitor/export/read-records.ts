/**
 * The records that an export goes through, newest first, one after the other. A store that can hand them out as one reading is asked for that; of
 * another they are fetched in pages and one by one. It must never hold more than one page of rows, and ends with whoever reads it.
 */

import type { RequestFilter, RequestReader, RequestRecord } from '../rows.ts';

/** Newest first, read while they are taken; `limit` bounds their number. */
export type ReadRecords = (filter: RequestFilter) => AsyncIterable<RequestRecord>;

/** More than a journal holds: an export has no page. */
const RECORDS_MAX = 1_000_000_000;
const PAGE_ROWS = 100;

export function readRecords(
  query: RequestReader,
  records: ReadRecords | undefined,
  filter: Omit<RequestFilter, 'limit' | 'before'>,
): AsyncIterable<RequestRecord> {
  return records?.({ ...filter, limit: RECORDS_MAX }) ?? inPages(query, filter);
}

async function* inPages(query: RequestReader, filter: Omit<RequestFilter, 'limit'>): AsyncGenerator<RequestRecord> {
  let before: { readonly time: number; readonly id: string } | undefined;
  for (;;) {
    const rows = await query.list({ ...filter, limit: PAGE_ROWS, ...(before === undefined ? {} : { before }) });
    for (const { id } of rows) {
      const record = await query.find(id);
      // Retention may have removed it since the page was read.
      if (record !== undefined) yield record;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE_ROWS) return;
    before = { time: Date.parse(last.time), id: last.id };
  }
}
