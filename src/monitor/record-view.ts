/** A record as the admin API and the exports hand it out: the row, with its attempts in place of their number. It must never add or leave out a part. */

import type { LogLine, RequestRecord } from './rows.ts';
import type { RequestView } from './views.ts';

/** `log`: the lines of the request, where they are kept elsewhere than in its record. */
export function viewOf(record: RequestRecord, log: readonly LogLine[] = record.log): RequestView {
  const { row, ...parts } = record;
  return { ...row, ...parts, log };
}
