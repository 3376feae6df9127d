/** Requests as JSON lines: each line is what the admin API says of one request. Pure; it must never hold more than one record. */

import { viewOf } from '../record-view.ts';
import type { RequestRecord } from '../rows.ts';

export async function* jsonlPieces(records: AsyncIterable<RequestRecord>): AsyncGenerator<string> {
  for await (const record of records) yield `${JSON.stringify(viewOf(record))}\n`;
}
