/** A journal record for the tests of the exports: one answered stream, changed as a test needs it. */

import { exampleAttempt, exampleRecord, exampleRow } from '../example.testing.ts';
import type { AttemptRow, RequestRecord, RequestRow } from '../rows.ts';

export function testAttempt(more: Partial<AttemptRow> = {}): AttemptRow {
  return exampleAttempt({
    ...{ started_ms: 1, first_byte_ms: 5, first_content_ms: 6, ended_ms: 30 },
    ...{ status: 200, upstream_request_id: 'req_1', input_tokens: 3, output_tokens: 4 },
    ...more,
  });
}

export function testRecord(
  stated: Partial<RequestRow> = {},
  more: Partial<Omit<RequestRecord, 'row'>> = {},
): RequestRecord {
  const row = exampleRow({
    ...{ duration_ms: 31, first_byte_ms: 5, first_content_ms: 6 },
    ...{ input_tokens: 3, output_tokens: 4, stop_reason: 'end_turn' },
    ...stated,
  });
  return exampleRecord({
    row,
    attempts: [testAttempt()],
    request: {
      headers: { host: '127.0.0.1:8045', 'content-type': 'application/json' },
      body: '{"model":"claude-haiku-4-5","stream":true}',
    },
    response: { headers: { 'content-type': 'text/event-stream' }, body: 'event: a\ndata: é\n\nevent: b\ndata: 2\n\n' },
    log: [{ time: '2026-01-01T00:00:00.000Z', level: 'info', request: row.id, msg: 'completed' }],
    ...more,
  });
}

export async function* each<T>(list: readonly T[]): AsyncGenerator<T> {
  yield* list;
}
export async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}
