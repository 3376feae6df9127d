import { describe, expect, it } from 'vitest';
import type { Fact } from '../model/journal.ts';
import { createRecordBuilder } from './record.ts';
import type { FinishedRecord } from './rows.ts';

const START = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const bytes = (text: string) => new TextEncoder().encode(text);

const started: Fact = {
  fact: 'exchange-started',
  id: 'A1',
  time: START,
  protocol: 'anthropic',
  method: 'POST',
  path: '/v1/messages',
  model: 'claude-haiku-4-5',
  stream: true,
  headers: { 'content-type': 'application/json' },
  body: bytes('{"model":"claude-haiku-4-5"}'),
};
const healed: Fact[] = [
  started,
  {
    fact: 'attempt-started',
    id: 'A1',
    n: 1,
    ms: 1.4,
    account: 'ada@example.com',
    provider: 'anthropic',
    mappedModel: 'claude-haiku-4-5',
    restored: 0,
    degraded: 0,
    repaired: false,
  },
  { fact: 'attempt-answered', id: 'A1', n: 1, ms: 30, status: 200, upstreamRequestId: 'req_1' },
  {
    fact: 'attempt-ended',
    id: 'A1',
    n: 1,
    ms: 40,
    result: 'failed',
    status: 200,
    failure: { kind: 'stream-error', reach: 'streaming', detail: 'overloaded with sk-secret-1' },
    decision: { action: 'retry', why: 'it may work elsewhere', afterMs: 200, backoff: 'fixed', account: 'another' },
    usage: {},
  },
  { fact: 'waiting', id: 'A1', ms: 40, forMs: 200, backoff: 'fixed', why: 'it may work elsewhere' },
  {
    fact: 'attempt-started',
    id: 'A1',
    n: 2,
    ms: 240,
    account: 'bob@example.com',
    provider: 'anthropic',
    mappedModel: 'claude-haiku-4-5',
    restored: 0,
    degraded: 0,
    repaired: false,
  },
  { fact: 'attempt-answered', id: 'A1', n: 2, ms: 300, status: 200 },
  { fact: 'first-content', id: 'A1', n: 2, ms: 320.6 },
  {
    fact: 'attempt-ended',
    id: 'A1',
    n: 2,
    ms: 900,
    result: 'ok',
    status: 200,
    usage: { inputTokens: 10, outputTokens: 5 },
  },
  {
    fact: 'exchange-ended',
    id: 'A1',
    ms: 901.5,
    outcome: 'healed',
    status: 200,
    flags: ['retried', 'rotated'],
    attempts: 2,
    account: 'bob@example.com',
    mappedModel: 'claude-haiku-4-5',
    usage: { inputTokens: 10, outputTokens: 5, cacheReadTokens: 3 },
    stopReason: 'end_turn',
    responseHeaders: { 'x-attempts': '2' },
    responseBody: bytes('event: message_start'),
    responseBytes: 20,
  },
];

function recordsOf(facts: readonly Fact[], keep: 'full' | 'metadata' | 'off' = 'full'): FinishedRecord[] {
  const records: FinishedRecord[] = [];
  const builder = createRecordBuilder({
    finished: (record) => records.push(record),
    narrate: (fact) => [{ level: 'info', msg: `said sk-secret-1 of ${fact.fact}` }],
    redact: (text) => text.replaceAll('sk-secret-1', '[redacted]'),
    bodies: () => ({ keep, bytesMax: 1000 }),
  });
  for (const fact of facts) builder.see(fact);
  return records;
}

describe('the record of a request', () => {
  it('has one row with the fields of the contract', () => {
    expect(recordsOf(healed)[0]?.row).toEqual({
      id: 'A1',
      time: '2026-01-02T03:04:05.678Z',
      protocol: 'anthropic',
      method: 'POST',
      path: '/v1/messages',
      model: 'claude-haiku-4-5',
      mapped_model: 'claude-haiku-4-5',
      account_email: 'bob@example.com',
      status: 200,
      outcome: 'healed',
      stream: true,
      attempts: 2,
      duration_ms: 902,
      first_byte_ms: 300,
      first_content_ms: 321,
      input_tokens: 10,
      output_tokens: 5,
      cache_read_tokens: 3,
      stop_reason: 'end_turn',
      flags: ['retried', 'rotated'],
      conversation: null,
    });
  });

  it('has one row per attempt with what was decided after it', () => {
    const attempts = recordsOf(healed)[0]?.attempts;
    expect(attempts?.[0]).toEqual({
      n: 1,
      account_email: 'ada@example.com',
      provider: 'anthropic',
      mapped_model: 'claude-haiku-4-5',
      started_ms: 1,
      first_byte_ms: 30,
      first_content_ms: null,
      ended_ms: 40,
      status: 200,
      result: 'failed',
      failure: 'stream-error: overloaded with [redacted]',
      action: 'retry-another',
      delay_ms: 200,
      upstream_request_id: 'req_1',
      input_tokens: null,
      output_tokens: null,
      why: 'it may work elsewhere',
      hedge: false,
      resume: null,
    });
    expect(attempts?.[1]).toMatchObject({ n: 2, result: 'ok', failure: null, action: '', delay_ms: null });
  });

  it('keeps headers, bodies and the log lines in the order they were said, without secrets', () => {
    const record = recordsOf(healed)[0];
    expect(record?.request).toEqual({
      headers: { 'content-type': 'application/json' },
      body: '{"model":"claude-haiku-4-5"}',
    });
    expect(record?.response.body).toBe('event: message_start');
    expect(record?.log).toHaveLength(healed.length);
    expect(record?.log[2]).toEqual({
      time: '2026-01-02T03:04:05.708Z',
      level: 'info',
      request: 'A1',
      msg: 'said [redacted] of attempt-answered',
    });
    expect(JSON.stringify(record)).not.toContain('sk-secret-1');
  });

  it('leaves bodies out when only metadata is kept, and headers too when that is off', () => {
    const metadata = recordsOf(healed, 'metadata')[0];
    expect(metadata?.request).toEqual({ headers: { 'content-type': 'application/json' }, body: '' });
    expect(recordsOf(healed, 'off')[0]?.response).toEqual({ headers: {}, body: '' });
  });

  it('is made exactly once, and never for facts of an unknown exchange', () => {
    expect(recordsOf([...healed, ...healed.slice(1)])).toHaveLength(1);
    expect(recordsOf(healed.slice(1))).toHaveLength(0);
  });

  it('has no secret in any field, whoever put it there', () => {
    const text = JSON.stringify(healed.map((fact) => ({ ...fact, body: undefined, responseBody: undefined })));
    const fields = /"(path|model|mappedModel|stopReason|upstreamRequestId|detail|content-type|x-attempts)":"[^"]*"/g;
    const facts = JSON.parse(text.replace(fields, '"$1":"sk-secret-1"')) as Fact[];
    const bodies = { body: bytes('sk-secret-1'), responseBody: bytes('sk-secret-1') };
    const records = recordsOf(facts.map((fact) => ({ ...fact, ...bodies }) as Fact));
    expect(records).toHaveLength(1);
    expect(JSON.stringify(records)).not.toContain('sk-secret-1');
    expect(JSON.stringify(records).split('[redacted]').length).toBeGreaterThan(10);
  });

  it('calls an attempt that has no end of its own cancelled at the end of the exchange', () => {
    const facts = healed.filter((fact) => !(fact.fact === 'attempt-ended' && fact.n === 2));
    expect(recordsOf(facts)[0]?.attempts[1]).toMatchObject({ result: 'cancelled', ended_ms: 902 });
  });

  it.each([
    ['give-up', { action: 'give-up', why: 'w' }],
    ['repair', { account: 'same', remedy: 'signature-repair' }],
    ['retry-same', { account: 'same' }],
    ['retry-another', { account: 'another' }],
    ['next-model', { account: 'next-model' }],
  ])('names the decision %s', (word, decision) => {
    const facts = healed.map((fact) =>
      fact.fact === 'attempt-ended' && fact.decision !== undefined
        ? ({
            ...fact,
            decision: { action: 'retry', why: 'w', afterMs: 0, backoff: 'none', ...decision },
          } as Fact)
        : fact,
    );
    expect(recordsOf(facts)[0]?.attempts[0]?.action).toBe(word);
  });

  it('does not turn a count that is no number into one', () => {
    const facts = healed.map((fact) =>
      fact.fact === 'exchange-ended' ? { ...fact, usage: { inputTokens: Number.NaN } } : fact,
    );
    expect(recordsOf(facts)[0]?.row).toMatchObject({ input_tokens: null, output_tokens: null });
  });
});

/** The facts, one of them with more in it. */
function facts(change: (fact: Fact) => object | undefined): Fact[] {
  return healed.map((fact) => ({ ...fact, ...change(fact) }) as Fact);
}

describe('what a record holds beside its rows', () => {
  const marks = { ends: Float64Array.of(8, 20), ms: Float64Array.of(321.4, 900) };

  it('are the marks of the answer, in whole milliseconds', () => {
    const told = facts(({ fact }) => (fact === 'exchange-ended' ? { responseMarks: marks } : undefined));
    const rows = [
      { end: 8, ms: 321 },
      { end: 20, ms: 900 },
    ];
    expect(recordsOf(told)[0]?.marks).toEqual(rows);
    expect(recordsOf(told, 'metadata')[0]?.marks).toEqual([]);
  });

  it('are the raw answers of the attempts that have one, without secrets', () => {
    const raw = { bytes: bytes('event: x\ndata: sk-secret-1\n\n'), marks };
    const told = facts((fact) => (fact.fact === 'attempt-ended' && fact.n === 1 ? { raw } : undefined));
    expect(recordsOf(told)[0]?.raw).toEqual([
      { n: 1, body: 'event: x\ndata: [redacted]\n\n', marks: recordsOf(told)[0]?.raw[0]?.marks },
    ]);
    expect(recordsOf(told)[0]?.raw[0]?.marks).toHaveLength(2);
    expect(recordsOf(told, 'metadata')[0]?.raw).toEqual([]);
  });

  it('is one step for the repair, with its reason, however many attempts carry it', () => {
    const told = facts((fact) => (fact.fact === 'attempt-started' && fact.n > 1 ? { repaired: true } : undefined));
    const again = told.filter((fact) => fact.fact === 'attempt-started' && fact.n === 2);
    const steps = recordsOf([...told.slice(0, -1), ...again, ...told.slice(-1)])[0]?.steps;
    expect(steps).toEqual([
      { what: 'waiting', ms: 40, for_ms: 200, why: 'it may work elsewhere' },
      { what: 'repaired', ms: 240, for_ms: null, why: 'it may work elsewhere' },
    ]);
  });

  it('is what was changed, only where bodies are kept', () => {
    const history = [{ op: 'set', path: ['model'], json: '"x"' }];
    const told = facts((fact) => {
      if (fact.fact === 'exchange-started') return { json: { model: 'y' } };
      return fact.fact === 'attempt-started' && fact.n === 2 ? { edits: { history, resume: [] } } : undefined;
    });
    expect(recordsOf(told)[0]?.changes).toMatchObject([{ n: 2, path: 'model', before: '"y"', after: '"x"' }]);
    expect(recordsOf(told, 'metadata')[0]?.changes).toEqual([]);
  });

  it('is the same conversation, whether its name was known at the start or at the end', () => {
    const first = facts(({ fact }) => (fact === 'exchange-ended' ? { sessionKey: 'turn:abc' } : undefined));
    const later = facts(({ fact }) => (fact === 'exchange-started' ? { sessionKey: 'turn:abc' } : undefined));
    const other = facts(({ fact }) => (fact === 'exchange-ended' ? { sessionKey: 'turn:abd' } : undefined));
    const [a, b, c] = [first, later, other].map((each) => recordsOf(each)[0]?.row.conversation);
    expect(a).toMatch(/^[\w-]{16}$/);
    expect(b).toBe(a);
    expect(c).not.toBe(a);
  });

  it('are media by their names', () => {
    const body = bytes(JSON.stringify({ source: { media_type: 'image/png', data: 'QUJD'.repeat(200) } }));
    const told = facts(({ fact }) => (fact === 'exchange-started' ? { body } : undefined));
    expect(recordsOf(told)[0]?.request.body).toMatch(/"data":"\[image\/png, 600 bytes, sha256 [0-9a-f]{16}…\]"/);
  });
});
