/**
 * Makes journal records as a team of agents would leave them: thirty days, models and accounts of unequal use, sessions of many requests, some trouble.
 * The same seed makes the same rows. Bodies are small, so that a million fit on a small disk.
 */

import { between, createChance, pick, randomText } from '../../src/lab/seed.ts';
import type { Chance } from '../../src/lab/step.ts';
import type { Flag } from '../../src/model/journal.ts';
import { searchText } from '../../src/monitor/record.ts';
import type { AttemptRow, FinishedRecord, RequestRow } from '../../src/monitor/rows.ts';
import { newId } from '../../src/world.ts';

export const MODELS = [
  { protocol: 'anthropic', path: '/v1/messages', model: 'claude-sonnet-4-5', mapped: 'claude-sonnet-4-5', weight: 40 },
  { protocol: 'anthropic', path: '/v1/messages', model: 'claude-haiku-4-5', mapped: 'gemini-3-flash', weight: 20 },
  { protocol: 'anthropic', path: '/v1/messages', model: 'claude-opus-4-5', mapped: 'claude-opus-4-5', weight: 10 },
  {
    protocol: 'gemini',
    path: '/v1beta/models/gemini-3-pro-preview:streamGenerateContent',
    model: 'gemini-3-pro-preview',
    mapped: 'gemini-3-pro-preview',
    weight: 15,
  },
  {
    protocol: 'gemini',
    path: '/v1beta/models/gemini-3-flash:generateContent',
    model: 'gemini-3-flash',
    mapped: 'gemini-3-flash',
    weight: 6,
  },
  { protocol: 'openai-chat', path: '/v1/chat/completions', model: 'gpt-5', mapped: 'gemini-3-pro-preview', weight: 6 },
  { protocol: 'openai-responses', path: '/v1/responses', model: 'gpt-5-codex', mapped: 'claude-sonnet-4-5', weight: 3 },
] as const;
export const ACCOUNTS = Array.from({ length: 40 }, (_, n) => `person-${n + 1}@team-${(n % 5) + 1}.example`);
/** Of a million requests this many have the flag `interrupted`, a status 529, and the account that was removed long ago. */
export const RARE_EVERY = 20_000;
export const REMOVED_ACCOUNT = 'left@team-9.example';

const FAILURES = [
  { kind: 'rate-limited', status: 429, detail: 'Resource has been exhausted (e.g. check quota).' },
  { kind: 'overloaded', status: 503, detail: 'The model is overloaded. Please try again later.' },
  { kind: 'stream-error', status: 200, detail: 'the connection was closed before the end' },
  { kind: 'no-content', status: 200, detail: 'the answer ended without content' },
] as const;
const FAILED_SHARE = 0.02;
const TROUBLED_SHARE = 0.08;
const SESSIONS = 200;

export interface Rows {
  next(): FinishedRecord;
}

/** `rows` from `from` to `to`, evenly spread with chance. */
export function createRows(seed: string, rows: number, from: number, to: number): Rows {
  const chance = createChance(seed);
  const stepMs = (to - from) / rows;
  const sessions = Array.from({ length: SESSIONS }, () => newSession(chance));
  let number = 0;
  return {
    next() {
      number += 1;
      const time = Math.floor(from + stepMs * (number - 1 + chance()));
      const place = between(0, SESSIONS - 1, chance);
      if (chance() < 0.03) sessions[place] = newSession(chance);
      const session = sessions[place] as Session;
      return makeRecord(time, session, number % RARE_EVERY === 7, number < rows / 10, chance);
    },
  };
}

interface Session {
  readonly conversation: string;
  readonly model: (typeof MODELS)[number];
  readonly account: string;
}
function newSession(chance: Chance): Session {
  const weights = MODELS.flatMap((model) => new Array<(typeof MODELS)[number]>(model.weight).fill(model));
  // The square makes the first accounts more used than the last.
  const account = ACCOUNTS[Math.floor(chance() ** 2 * ACCOUNTS.length)] as string;
  return { conversation: randomText(16, chance), model: pick(weights, chance), account };
}

function makeRecord(time: number, session: Session, rare: boolean, early: boolean, chance: Chance): FinishedRecord {
  const { model } = session;
  const failed = chance() < FAILED_SHARE;
  const troubled = failed || chance() < TROUBLED_SHARE;
  const failure = pick(FAILURES, chance);
  const account = rare && early ? REMOVED_ACCOUNT : session.account;
  const flags: Flag[] = troubled ? ['retried', ...(chance() < 0.5 ? (['rotated'] as const) : [])] : [];
  if (rare) flags.push('interrupted');
  const id = newId(
    time,
    Uint8Array.from({ length: 10 }, () => Math.floor(chance() * 256)),
  );
  const firstMs = Math.round(400 * Math.exp(chance() * 3));
  const row: RequestRow = {
    id,
    time: new Date(time).toISOString(),
    protocol: model.protocol,
    method: 'POST',
    path: model.path,
    model: model.model,
    mapped_model: model.mapped,
    account_email: account,
    status: rare ? 529 : failed ? Math.max(failure.status, 429) : 200,
    outcome: failed || rare ? 'failed' : troubled ? 'healed' : chance() < 0.01 ? 'cancelled' : 'ok',
    stream: chance() < 0.9,
    attempts: troubled ? 2 : 1,
    duration_ms: firstMs + Math.round(chance() * 20_000),
    first_byte_ms: Math.round(firstMs * 0.8),
    first_content_ms: failed ? null : firstMs,
    input_tokens: between(500, 90_000, chance),
    output_tokens: between(10, 4_000, chance),
    cache_read_tokens: chance() < 0.7 ? between(0, 80_000, chance) : null,
    stop_reason: failed ? null : pick(['end_turn', 'tool_use', 'tool_use', 'STOP'], chance),
    flags,
    conversation: session.conversation,
  };
  const attempts = attemptsOf(row, troubled ? failure : undefined, failed, chance);
  const log = [{ time: row.time, level: 'info', request: id, msg: `answered ${row.status}` }];
  return { row, attempts, ...SMALL, log, search: searchText(row, attempts) };
}

const SMALL = {
  request: {
    headers: { 'content-type': 'application/json' },
    body: '{"messages":[{"role":"user","content":"go on"}]}',
  },
  response: { headers: { 'content-type': 'text/event-stream' }, body: 'event: message_stop\n\n' },
  steps: [],
  changes: [],
  marks: [],
  raw: [],
  error: null,
};

function attemptsOf(
  row: RequestRow,
  failure: (typeof FAILURES)[number] | undefined,
  failed: boolean,
  chance: Chance,
): AttemptRow[] {
  const one = (n: number, wrong: (typeof FAILURES)[number] | undefined): AttemptRow => ({
    n,
    account_email: n === 1 && wrong !== undefined ? pick(ACCOUNTS, chance) : row.account_email,
    provider: row.mapped_model.startsWith('claude') ? 'anthropic' : 'gemini',
    mapped_model: row.mapped_model,
    started_ms: n === 1 ? 1 : 900,
    first_byte_ms: row.first_byte_ms,
    first_content_ms: wrong === undefined ? row.first_content_ms : null,
    ended_ms: row.duration_ms,
    status: wrong?.status ?? 200,
    result: wrong === undefined ? 'ok' : 'failed',
    failure: wrong === undefined ? null : `${wrong.kind}: ${wrong.detail} (${between(1, 999_999, chance)})`,
    action: wrong === undefined || n === 2 ? '' : 'retry-another',
    delay_ms: null,
    upstream_request_id: `req_${randomText(20, chance)}`,
    input_tokens: row.input_tokens,
    output_tokens: row.output_tokens,
    why: wrong === undefined ? null : 'another account can serve the model',
    hedge: false,
    resume: null,
  });
  if (failure === undefined) return [one(1, undefined)];
  return [one(1, failure), one(2, failed ? failure : undefined)];
}
