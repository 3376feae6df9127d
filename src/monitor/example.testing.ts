/** A request of the journal in its plainest form, for tests: answered at once, and nothing stated that need not be. A test states only what matters to it. */

import type { AttemptRow, RequestRecord, RequestRow } from './rows.ts';

export function exampleRow(stated: Partial<RequestRow> = {}): RequestRow {
  return {
    id: 'R1',
    time: '2026-01-01T00:00:00.000Z',
    protocol: 'anthropic',
    method: 'POST',
    path: '/v1/messages',
    model: 'claude-haiku-4-5',
    mapped_model: 'claude-haiku-4-5',
    account_email: 'ada@example.com',
    status: 200,
    outcome: 'ok',
    stream: true,
    attempts: 1,
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
}

export function exampleAttempt(stated: Partial<AttemptRow> = {}): AttemptRow {
  return {
    n: 1,
    account_email: 'ada@example.com',
    provider: 'anthropic',
    mapped_model: 'claude-haiku-4-5',
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
    ...stated,
  };
}

export function exampleRecord(stated: Partial<RequestRecord> = {}): RequestRecord {
  return {
    row: exampleRow(),
    attempts: [],
    request: { headers: {}, body: '' },
    response: { headers: {}, body: '' },
    log: [],
    steps: [],
    changes: [],
    marks: [],
    raw: [],
    error: null,
    ...stated,
  };
}
