/** A finished record for tests, of which only what matters is stated. */

import type { AttemptRow, FinishedRecord, RequestRow } from '../monitor/rows.ts';

export interface Stated {
  readonly row: Partial<RequestRow> & Pick<RequestRow, 'id'>;
  readonly time?: number;
  readonly attempts?: readonly Partial<AttemptRow>[];
  readonly rest?: Partial<Omit<FinishedRecord, 'row' | 'attempts'>>;
}

export function recordOf({
  row: stated,
  time = Date.UTC(2026, 0, 1),
  attempts = [],
  rest = {},
}: Stated): FinishedRecord {
  const row: RequestRow = {
    time: new Date(time).toISOString(),
    protocol: 'anthropic',
    method: 'POST',
    path: '/v1/messages',
    model: 'claude-haiku-4-5',
    mapped_model: 'gemini-3-flash',
    account_email: 'ada@example.com',
    status: 200,
    outcome: 'ok',
    stream: true,
    attempts: attempts.length,
    duration_ms: 10,
    first_byte_ms: null,
    first_content_ms: null,
    input_tokens: null,
    output_tokens: null,
    cache_read_tokens: null,
    stop_reason: null,
    flags: [],
    conversation: null,
    ...stated,
  };
  const rows = attempts.map((attempt, index): AttemptRow => ({ ...ATTEMPT, n: index + 1, ...attempt }));
  const words = [row.id, row.protocol, row.method, row.path, row.model, row.mapped_model, row.account_email];
  const others = [String(row.status), row.outcome, row.stop_reason ?? '', ...row.flags];
  const tried = rows.flatMap((attempt) => [attempt.account_email, attempt.failure ?? '']);
  return {
    row,
    attempts: rows,
    request: { headers: {}, body: '' },
    response: { headers: {}, body: '' },
    log: [],
    steps: [],
    changes: [],
    marks: [],
    raw: [],
    error: null,
    search: [...new Set([...words, ...others, ...tried])].join('\n').toLowerCase(),
    ...rest,
  };
}

const ATTEMPT: AttemptRow = {
  n: 1,
  account_email: 'ada@example.com',
  provider: 'gemini',
  mapped_model: 'gemini-3-flash',
  started_ms: 0,
  first_byte_ms: null,
  first_content_ms: null,
  ended_ms: 1,
  status: null,
  result: 'ok',
  failure: null,
  action: '',
  delay_ms: null,
  upstream_request_id: null,
  input_tokens: null,
  output_tokens: null,
  why: null,
  hedge: false,
  resume: null,
};
