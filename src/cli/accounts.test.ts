import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccountView } from '../monitor/views.ts';
import { createWorld } from '../world.ts';
import { accountLines } from './account-table.ts';
import { type AccountsAction, type AddFlags, accounts } from './accounts.ts';

const canary = 'canary-5d3c0b7e91f2';
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'agt-accounts-'));
  mkdirSync(join(directory, 'data'));
  // A key that is there is used: the keychain of whoever runs this test is left alone.
  writeFileSync(join(directory, 'data', 'vault.key'), Buffer.alloc(32, 5).toString('base64url'), { mode: 0o600 });
  const bob = { email: 'bob', provider: 'gemini', credential: 'env:BOB' };
  writeFileSync(join(directory, 'config.json'), JSON.stringify({ accounts: [bob] }));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function run(action: AccountsAction, label?: string, flags: AddFlags & { json?: boolean } = {}, secret = canary) {
  const out: string[] = [];
  const err: string[] = [];
  const asked: string[] = [];
  const io = {
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
    env: {},
    signal: new AbortController().signal,
    world: createWorld(),
    columns: () => 120,
    secret: async (question: string) => {
      asked.push(question);
      return secret;
    },
  };
  // Nobody listens on port 1: no gateway runs.
  const where = { config: join(directory, 'config.json'), dataDir: join(directory, 'data'), port: '1' };
  const code = await accounts(action, label, { ...where, ...flags }, io);
  return { code, out: out.join('\n'), err: err.join('\n'), asked };
}

describe('accounts, while no gateway runs', () => {
  it('adds one to the vault, lists, switches and removes it, and never prints its secret', async () => {
    const said = [
      await run('add', 'ada@example.com', {
        provider: 'anthropic',
        models: 'claude-haiku-*, claude-sonnet-*',
        weight: '2',
      }),
      await run('list'),
      await run('disable', 'ada@example.com'),
      await run('disable', 'bob'),
      await run('list', undefined, { json: true }),
    ];
    expect(said.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
    expect(said[0]?.out).toBe('account ada@example.com is added; a gateway takes it at its next start');
    expect(said[0]?.asked).toEqual(['Credential of ada@example.com (it is not shown): ']);
    expect(said[1]?.out).toMatch(/^ada@example\.com +anthropic +claude-haiku-\* claude-sonnet-\* +vault +vault +yes$/m);
    expect(said[1]?.out).toMatch(/^bob +gemini +gemini-\* +env:BOB +file +yes$/m);
    const listed = JSON.parse(said[4]?.out ?? '') as { accounts: AccountView[] };
    expect(listed.accounts.map(({ email, enabled, weight }) => [email, enabled, weight])).toEqual([
      ['bob', false, 1],
      ['ada@example.com', false, 2],
    ]);
    expect((await run('remove', 'ada@example.com')).code).toBe(0);
    expect((await run('list')).out).not.toContain('ada');
    expect(JSON.stringify(said)).not.toContain(canary);
    const data = join(directory, 'data');
    for (const name of readdirSync(data)) expect(readFileSync(join(data, name), 'latin1')).not.toContain(canary);
  });

  it('takes no secret as an argument, and does not repeat it', async () => {
    const { code, err, asked } = await run('add', 'ada', { provider: 'anthropic', credential: canary });
    expect([code, asked]).toEqual([2, []]);
    expect(err).toContain('--credential takes env:NAME, file:PATH or keychain:NAME');
    expect(err).not.toContain(canary);
    expect((await run('add', 'ada', { provider: 'anthropic', credential: 'env:ADA' })).asked).toEqual([]);
  });

  it.each([
    ['add', 'bob', { provider: 'gemini' }, 1, 'there is an account bob already'],
    ['add', 'ada', { provider: 'gemeni' }, 2, 'provider: expected one of gemini'],
    ['add', 'ada', { provider: 'gemini', weight: 'much' }, 2, 'weight: expected a number'],
    ['remove', 'bob', {}, 1, 'written in the configuration file'],
    ['remove', 'nobody', {}, 1, 'there is no account nobody'],
    ['enable', 'nobody', {}, 1, 'there is no account nobody'],
    ['test', 'bob', {}, 1, 'no gateway runs that could make the test'],
  ] as const)('%s %s %j ends with %i %i and says why', async (action, label, flags, code, sentence) => {
    const said = await run(action, label, flags);
    expect(said.code).toBe(code);
    expect(said.err).toContain(sentence);
  });

  it('adds nothing when no credential is given', async () => {
    expect(await run('add', 'ada', { provider: 'gemini' }, '')).toMatchObject({
      code: 2,
      err: expect.stringContaining('nothing was added'),
    });
  });
});

describe('the table of accounts', () => {
  const view: AccountView = {
    email: 'ada\u001b[31m@example.com',
    provider: 'anthropic',
    source: 'vault',
    enabled: true,
    weight: 1,
    models: ['claude-*'],
    credential: 'vault',
    base_url: null,
    allow_private: false,
    project: null,
    location: null,
    state: 'resting',
    rests: [
      { model: 'b', until: '', in_ms: 90_000, reason: 'later', told: true },
      { model: 'a', until: '', in_ms: 41_200, reason: 'rate-limited', told: true },
    ],
    circuits: [],
    in_flight: 3,
    last_used: null,
    conversations: 0,
    limits: [],
    last_hour: { attempts: 12, ok: 10, failed: 2, first_content_p50_ms: 812, first_content_p99_ms: 4_000 },
  };

  it('tells how an account does, in the width there is, and nothing a terminal would obey', () => {
    for (const width of [40, 80, 120, Number.POSITIVE_INFINITY]) {
      const lines = accountLines([view], true, width);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      expect(lines[1]).toContain('ada@example.com');
      expect(lines[1]).toMatch(/resting/);
    }
    expect(accountLines([view], true, 160)[1]).toMatch(/resting 42 s: rate-limited +3 +10\/12 +812 ms/);
  });

  it('says how to add one when there is none', () => {
    expect(accountLines([], true, 80).join()).toContain('antigravity-tools accounts add');
  });
});
