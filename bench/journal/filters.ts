/** Asks the journal every question that the list of requests can ask, alone and together, and notes how long each takes. */

import type { RequestFilter } from '../../src/monitor/rows.ts';
import type { Storage } from '../../src/storage/sqlite/open.ts';
import type { Filled } from './fill.ts';
import { ACCOUNTS, REMOVED_ACCOUNT } from './rows.ts';

export interface Measured {
  readonly what: string;
  readonly rows: number;
  readonly firstMs: number;
  readonly medianMs: number;
  readonly maxMs: number;
}

const ROUNDS = 7;
const LIMIT = 51;

export function questions({ from, to, id, conversation }: Filled): readonly [string, Partial<RequestFilter>][] {
  const middle = (from + to) / 2;
  const hour = 3_600_000;
  return [
    ['first page', {}],
    ['first page of 1,000', { limit: 1_000 }],
    ['page from the middle on', { before: { time: middle, id } }],
    ['protocol, common', { protocol: 'anthropic' }],
    ['protocol, 3 %', { protocol: 'openai-responses' }],
    ['model asked for', { model: 'gpt-5' }],
    ['model mapped to', { model: 'gemini-3-pro-preview' }],
    ['model unknown', { model: 'no-such-model' }],
    ['account, common', { account: ACCOUNTS[0] as string }],
    ['account, rare and old', { account: REMOVED_ACCOUNT }],
    ['status 200', { status: { from: 200, to: 200 } }],
    ['status 4xx', { status: { from: 400, to: 499 } }],
    ['status 529, rare', { status: { from: 529, to: 529 } }],
    ['status 418, none', { status: { from: 418, to: 418 } }],
    ['outcome failed', { outcome: 'failed' }],
    ['outcome cancelled', { outcome: 'cancelled' }],
    ['flag rotated', { flag: 'rotated' }],
    ['flag interrupted, rare', { flag: 'interrupted' }],
    ['flag repaired, none', { flag: 'repaired' }],
    ['path', { path: '/v1/responses' }],
    ['conversation', { conversation }],
    ['an hour in the middle', { since: middle, until: middle + hour }],
    ['q: a model', { q: 'opus' }],
    ['q: a piece of every id', { q: '01k' }],
    ['q: a whole id', { q: id }],
    ['q: the end of an id', { q: id.slice(-6).toLowerCase() }],
    ['q: a failure', { q: 'overloaded. please' }],
    ['q: a number in a failure', { q: '(77777)' }],
    ['q: a rare account', { q: 'left@' }],
    ['q: no row', { q: 'there is no such text' }],
    ['q: no row, common pieces', { q: 'claude-sonnet-flash' }],
    ['q: two characters', { q: 'z9' }],
    ['q: one character, none', { q: '§' }],
    ['failed of a model', { outcome: 'failed', model: 'gpt-5-codex' }],
    [
      'failed of an account, 5xx',
      { outcome: 'failed', account: ACCOUNTS[3] as string, status: { from: 500, to: 599 } },
    ],
    ['protocol and model that never meet', { protocol: 'gemini', model: 'claude-sonnet-4-5' }],
    ['path and protocol that never meet', { path: '/v1/messages', protocol: 'gemini', outcome: 'ok' }],
    ['ok and interrupted, none', { outcome: 'ok', flag: 'interrupted' }],
    ['healed, rotated, of a model', { outcome: 'healed', flag: 'rotated', model: 'gemini-3-flash' }],
    ['q and failed', { q: 'sonnet', outcome: 'failed' }],
    ['q, protocol and model, none', { q: 'opus', protocol: 'gemini', status: { from: 200, to: 200 } }],
    ['q: two characters, and failed', { q: 'z9', outcome: 'failed' }],
    ['a day, failed', { since: middle, until: middle + 24 * hour, outcome: 'failed' }],
  ];
}

export async function measureFilters(storage: Storage, filled: Filled, elapsed: () => number): Promise<Measured[]> {
  // The thread and its file are opened by the first question.
  await storage.query.list({ limit: 1 });
  const measured: Measured[] = [];
  for (const [what, filter] of questions(filled)) {
    const times: number[] = [];
    let rows = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = elapsed();
      rows = (await storage.query.list({ limit: LIMIT, ...filter })).length;
      times.push(elapsed() - before);
    }
    const firstMs = times[0] ?? Number.NaN;
    times.sort((a, b) => a - b);
    measured.push({ what, rows, firstMs, medianMs: times[ROUNDS >> 1] ?? Number.NaN, maxMs: times.at(-1) ?? 0 });
  }
  return measured;
}
