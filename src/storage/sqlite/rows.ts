/** From a row of the file to a row of the API. */

import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { AttemptRow, RequestRow } from '../../monitor/rows.ts';
import { timeOfSeq } from './order.ts';
import { wordText } from './words.ts';

export type Stored = Record<string, SQLOutputValue>;

export function rowOf(database: DatabaseSync, stored: Stored): RequestRow {
  const word = (id: Stored[string] | undefined): string => wordText(database, Number(id));
  const flags = word(stored.flags);
  return {
    id: stored.id,
    time: new Date(timeOfSeq(Number(stored.seq)) - Number(stored.late_ms)).toISOString(),
    protocol: word(stored.protocol),
    method: word(stored.method),
    path: word(stored.path),
    model: word(stored.model),
    mapped_model: word(stored.mapped_model),
    account_email: word(stored.account_email),
    status: stored.status,
    outcome: word(stored.outcome),
    stream: stored.stream === 1,
    attempts: stored.attempts,
    duration_ms: stored.duration_ms,
    first_byte_ms: stored.first_byte_ms,
    first_content_ms: stored.first_content_ms,
    input_tokens: stored.input_tokens,
    output_tokens: stored.output_tokens,
    cache_read_tokens: stored.cache_read_tokens,
    stop_reason: stored.stop_reason === null ? null : word(stored.stop_reason),
    flags: flags === '' ? [] : flags.split(','),
    conversation: stored.conversation,
  } as unknown as RequestRow;
}

/** An attempt of a row. */
export function attemptOf({ account_email, mapped_model }: RequestRow, stored: Stored): AttemptRow {
  const { seq: _, hedge, ...rest } = stored;
  return {
    ...rest,
    account_email: stored.account_email ?? account_email,
    mapped_model: stored.mapped_model ?? mapped_model,
    hedge: hedge === 1,
  } as unknown as AttemptRow;
}
