/** One suite for every journal that can be read: what a filter means must not depend on where the rows are kept. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fact } from '../model/journal.ts';
import { createRecordBuilder } from '../monitor/record.ts';
import type { FinishedRecord, RequestFilter, RequestReader } from '../monitor/rows.ts';
import { createMemoryJournal } from './memory/journal.ts';
import { openStorage } from './sqlite/open.ts';
import { storageWorld } from './world.testing.ts';

const T0 = Date.UTC(2026, 0, 1);
type Ended = Extract<Fact, { fact: 'exchange-ended' }>;
type Started = Extract<Fact, { fact: 'exchange-started' }>;

function exchange(id: string, time: number, start: Partial<Started>, end: Partial<Ended>, failure?: string): Fact[] {
  const facts: Fact[] = [
    {
      fact: 'exchange-started',
      id,
      time,
      protocol: 'anthropic',
      method: 'POST',
      path: '/v1/messages',
      model: 'claude-haiku-4-5',
      stream: true,
      headers: { 'content-type': 'application/json' },
      body: new TextEncoder().encode(`request of ${id}`),
      ...start,
    },
    {
      fact: 'attempt-started',
      id,
      n: 1,
      ms: 1,
      account: 'ada@example.com',
      provider: 'gemini',
      mappedModel: 'gemini-3-flash',
      restored: 0,
      degraded: 0,
      repaired: false,
    },
    {
      fact: 'attempt-ended',
      id,
      n: 1,
      ms: 2,
      result: failure === undefined ? 'ok' : 'failed',
      ...(failure === undefined ? {} : { failure: { kind: 'stream-error', reach: 'streaming', detail: failure } }),
      usage: { outputTokens: 3 },
    },
    {
      fact: 'exchange-ended',
      id,
      ms: 3,
      outcome: 'ok',
      status: 200,
      flags: [],
      attempts: 1,
      account: 'ada@example.com',
      mappedModel: 'gemini-3-flash',
      usage: {},
      responseHeaders: { 'x-request-id': id },
      responseBody: new TextEncoder().encode(`answer of ${id}: ñ 漢 😀`),
      responseBytes: 9,
      ...end,
    },
  ];
  return facts;
}
const EXCHANGES = [
  exchange('r1', T0, {}, {}),
  exchange(
    'r2',
    T0 + 1,
    { protocol: 'gemini', model: 'gemini-3-flash' },
    { outcome: 'healed', flags: ['retried', 'rotated'] },
  ),
  exchange(
    'r3',
    T0 + 2,
    {},
    { status: 503, outcome: 'failed', flags: ['zero_token'], account: 'bob@example.com' },
    'Disk 100% FULL_x',
  ),
  exchange(
    'r4',
    T0 + 3,
    { path: '/v1/chat/completions', protocol: 'openai-chat' },
    { status: 404, outcome: 'failed', mappedModel: 'gpt-x' },
  ),
  // Of the same millisecond: the id decides.
  exchange('r5', T0 + 3, {}, { status: 499, outcome: 'cancelled' }),
];
const ALL = ['r5', 'r4', 'r3', 'r2', 'r1'];

const recorder = (finished: (record: FinishedRecord) => void) =>
  createRecordBuilder({
    finished,
    narrate: (fact) => [{ level: 'info', msg: fact.fact }],
    redact: String,
    bodies: () => ({ keep: 'full', bytesMax: 1000 }),
  });

function memory(): { query: RequestReader; close: () => Promise<void> } {
  const journal = createMemoryJournal(recorder);
  for (const fact of EXCHANGES.flat()) journal.note(fact);
  return { query: journal.query, close: async () => {} };
}
async function sqlite(): Promise<{ query: RequestReader; close: () => Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), 'agt-reader-'));
  const world = storageWorld(() => T0);
  const writing = await openStorage({ directory, world, recorder });
  for (const fact of EXCHANGES.flat()) writing.journal.note(fact);
  await writing.close();
  const storage = await openStorage({ directory, world, recorder });
  const close = async () => {
    await storage.close();
    rmSync(directory, { recursive: true, force: true });
  };
  return { query: storage.query, close };
}

describe.each([
  ['in memory', memory],
  ['in SQLite', sqlite],
])('a journal kept %s', (_name, open) => {
  let query: RequestReader;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ query, close } = await open());
  });
  afterAll(() => close());

  const cases: [string, Partial<RequestFilter>, string[]][] = [
    ['everything, newest first', {}, ALL],
    ['no more than the limit', { limit: 2 }, ['r5', 'r4']],
    ['only older ones than a position', { before: { time: T0 + 3, id: 'r5' } }, ['r4', 'r3', 'r2', 'r1']],
    ['one dialect', { protocol: 'gemini' }, ['r2']],
    ['the model that was asked for', { model: 'claude-haiku-4-5' }, ['r5', 'r4', 'r3', 'r1']],
    ['the model it was mapped to', { model: 'gpt-x' }, ['r4']],
    ['one account', { account: 'bob@example.com' }, ['r3']],
    ['one status', { status: { from: 404, to: 404 } }, ['r4']],
    ['a class of statuses', { status: { from: 400, to: 499 } }, ['r5', 'r4']],
    ['one outcome', { outcome: 'failed' }, ['r4', 'r3']],
    ['one flag among several', { flag: 'rotated' }, ['r2']],
    ['from a moment on', { since: T0 + 2 }, ['r5', 'r4', 'r3']],
    ['before a moment', { until: T0 + 2 }, ['r2', 'r1']],
    ['a text in the path', { q: 'chat/COMPLETIONS' }, ['r4']],
    ['a text in the failure of an attempt', { q: 'disk 100% full_X' }, ['r3']],
    ['a percent sign as itself', { q: '%' }, ['r3']],
    ['an underscore as itself', { q: 'full_x' }, ['r3']],
    ['an apostrophe as itself', { q: "' OR 1=1 --" }, []],
    ['all conditions together', { outcome: 'failed', status: { from: 500, to: 599 } }, ['r3']],
  ];
  it.each(cases)('lists %s', async (_what, filter, ids) => {
    const rows = await query.list({ limit: 100, ...filter });
    expect(rows.map((row) => row.id)).toEqual(ids);
  });

  it('gives a row back as it was noted', async () => {
    const [row] = await query.list({ limit: 1, flag: 'rotated' });
    expect(row).toEqual({
      id: 'r2',
      time: '2026-01-01T00:00:00.001Z',
      protocol: 'gemini',
      method: 'POST',
      path: '/v1/messages',
      model: 'gemini-3-flash',
      mapped_model: 'gemini-3-flash',
      account_email: 'ada@example.com',
      status: 200,
      outcome: 'healed',
      stream: true,
      attempts: 1,
      duration_ms: 3,
      first_byte_ms: null,
      first_content_ms: null,
      input_tokens: null,
      output_tokens: null,
      cache_read_tokens: null,
      stop_reason: null,
      flags: ['retried', 'rotated'],
      conversation: null,
    });
  });

  it('finds one request with everything that belongs to it', async () => {
    const record = await query.find('r3');
    expect(record?.request).toEqual({ headers: { 'content-type': 'application/json' }, body: 'request of r3' });
    expect(record?.response).toEqual({ headers: { 'x-request-id': 'r3' }, body: 'answer of r3: ñ 漢 😀' });
    expect(record?.log.map((line) => line.msg)).toEqual([
      ...['exchange-started', 'attempt-started', 'attempt-ended', 'exchange-ended'],
    ]);
    expect(record?.attempts).toEqual([
      {
        n: 1,
        account_email: 'ada@example.com',
        provider: 'gemini',
        mapped_model: 'gemini-3-flash',
        started_ms: 1,
        first_byte_ms: null,
        first_content_ms: null,
        ended_ms: 2,
        status: null,
        result: 'failed',
        failure: 'stream-error: Disk 100% FULL_x',
        action: '',
        delay_ms: null,
        upstream_request_id: null,
        input_tokens: null,
        output_tokens: 3,
        why: null,
        hedge: false,
        resume: null,
      },
    ]);
  });

  it('finds nothing for an unknown id', async () => {
    expect(await query.find('nope')).toBeUndefined();
  });
});
