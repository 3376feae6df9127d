/** Accounts that come and go while the real gateway runs in a process of its own, in front of the lab; and what is left of their secrets anywhere. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type AccountsAction, accounts } from '../../src/cli/accounts.ts';
import { readScript } from '../../src/lab/script.ts';
import { type Lab, startLab } from '../../src/lab/server.ts';
import type { AccountTestView, AccountView } from '../../src/monitor/views.ts';
import { type Answer, ask, askJson } from './client.ts';
import { loopbackAccount, rowsOf, type TestSetup, waitFor, world } from './gateway.ts';
import { type Home, makeHome, type ServedGateway, serveFrom } from './served-process.ts';
import { askedOf } from './small-answers.ts';

const canary = 'canary-of-ada-5d3c0b7e91f2';
const second = 'canary-of-ada-77aa02c4de18';
const bad = 'canary-of-bad-1b2f6a90e3c7';
const limited = 'limited-account-0123456789';
const hostile = `o'br/ien %2F ?#"<b>;--`;
let lab: Lab;
let home: Home;
let gateway: ServedGateway | undefined;
/** Everything that the gateway told anybody. */
const told: string[] = [];

beforeAll(async () => {
  const script = readScript(
    JSON.stringify({
      accounts: { [bad]: ['401'], [limited]: ['429:time=reset,seconds=40'] },
    }),
  );
  if ('problems' in script) throw new Error(script.problems.join('; '));
  lab = await startLab({ world, script: script.script });
});
afterEach(async () => {
  await end('SIGKILL');
  home.remove();
});
afterAll(() => lab.close());

function settleIn(setup: TestSetup): void {
  home = makeHome(setup);
  mkdirSync(home.dataDirectory, { mode: 0o700 });
  // A key that is there is used: the keychain of whoever runs this test is left alone.
  const key = Buffer.alloc(32, 5).toString('base64url');
  writeFileSync(join(home.dataDirectory, 'vault.key'), key, { mode: 0o600 });
}

async function serve(): Promise<ServedGateway> {
  gateway = await serveFrom(home, ['--log-level', 'trace']);
  return gateway;
}

async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (gateway === undefined) return;
  gateway.child.kill(signal);
  await gateway.ended;
  told.push(gateway.stdout(), gateway.stderr());
  gateway = undefined;
}

const adminKey = (): string => readFileSync(join(home.dataDirectory, 'admin.key'), 'utf8').trim();

async function admin(method: string, path: string, input?: unknown): Promise<Answer> {
  const headers = { authorization: `Bearer ${adminKey()}`, 'content-type': 'application/json' };
  const body = input === undefined ? {} : { body: typeof input === 'string' ? input : JSON.stringify(input) };
  const answer = await ask(`${gateway?.url}/api/accounts${path}`, { method, headers, ...body });
  told.push(JSON.stringify(answer.headers), answer.text);
  return answer;
}
const viewOf = (answer: Answer): AccountView => JSON.parse(answer.text) as AccountView;
async function list(): Promise<readonly AccountView[]> {
  return (JSON.parse((await admin('GET', '')).text) as { accounts: AccountView[] }).accounts;
}
const at = (email: string): string => `/${encodeURIComponent(email)}`;
async function hello(): Promise<Answer> {
  const answer = await askJson(`${gateway?.url}${askedOf.anthropic.path}`, askedOf.anthropic.body);
  told.push(JSON.stringify(answer.headers), answer.text);
  return answer;
}
const input = (more: object = {}) => ({
  ...loopbackAccount('anthropic', 'ada', lab.url),
  credential: canary,
  ...more,
});

function everyFile(directory: string): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

it('serves with an account that was added while it runs, and remembers it when it is killed', {
  timeout: 120_000,
}, async () => {
  settleIn({ accounts: [] });
  await serve();
  expect((await hello()).status).toBe(404);
  const added = await admin('POST', '', input());
  expect(added.status).toBe(201);
  expect(viewOf(added)).toMatchObject({
    email: 'ada@example.com',
    source: 'vault',
    credential: 'vault',
    state: 'ready',
  });

  expect(JSON.parse((await admin('POST', '/ada@example.com/test')).text)).toMatchObject({
    ok: true,
    status: 200,
    model: 'claude-haiku-4-5',
  });
  expect(lab.calls.filter(({ account }) => account === canary).length).toBeGreaterThan(0);
  const answered = await hello();
  expect([answered.status, answered.headers['x-account-email']]).toEqual([200, 'ada@example.com']);
  expect((await list())[0]).toMatchObject({ last_hour: { attempts: 1, ok: 1, failed: 0 }, in_flight: 0 });
  expect((await list())[0]?.last_used).toMatch(/^\d{4}-/);

  await end('SIGKILL');
  await serve();
  expect((await hello()).headers['x-account-email']).toBe('ada@example.com');

  expect(viewOf(await admin('PATCH', '/ada@example.com', { enabled: false }))).toMatchObject({ state: 'disabled' });
  expect((await hello()).status).toBe(404);
  await admin('PATCH', '/ada@example.com', { enabled: true, credential: second });
  expect((await hello()).status).toBe(200);
  expect(lab.calls.at(-1)?.account).toBe(second);

  // The journal and the log have been written when the last row is there.
  await waitFor('the rows', async () => (await rowsOf(gateway?.url ?? '', adminKey())).length >= 4);
  expect((await admin('DELETE', '/ada@example.com')).status).toBe(204);
  expect(await list()).toEqual([]);
  expect((await hello()).status).toBe(404);
  await end('SIGTERM');
  const left = everyFile(home.dataDirectory);
  expect(left).toContain('ada@example.com');
  await serve();
  expect(await list()).toEqual([]);
  await end('SIGTERM');
  for (const text of [left, everyFile(home.dataDirectory), ...told]) {
    for (const secret of [canary, second]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(Buffer.from(secret).toString('base64').slice(0, 24));
    }
  }
});

it('keeps the accounts of the vault when the file changes, and the file decides where both state one', {
  timeout: 60_000,
}, async () => {
  settleIn({ accounts: [loopbackAccount('anthropic', 'bob', lab.url)] });
  await serve();
  await admin('POST', '', input());
  expect((await admin('POST', '', input({ email: 'Bob@example.com' }))).status).toBe(409);
  expect((await admin('DELETE', '/bob@example.com')).status).toBe(409);
  expect((await admin('PATCH', '/bob@example.com', { weight: 2 })).status).toBe(409);
  expect(viewOf(await admin('PATCH', '/bob@example.com', { enabled: false })).state).toBe('disabled');
  for (let n = 0; n < 3; n += 1) expect((await hello()).headers['x-account-email']).toBe('ada@example.com');

  home.configure({
    accounts: [loopbackAccount('anthropic', 'ada', lab.url), loopbackAccount('anthropic', 'bob', lab.url)],
  });
  await waitFor('the file', async () => (await list()).every(({ source }) => source === 'file'));
  expect(gateway?.stderr()).toContain('ada@example.com is in the vault and in the configuration file: the file counts');
  expect((await list()).map(({ email, credential, state }) => [email, credential, state])).toEqual([
    ['ada@example.com', 'literal', 'ready'],
    ['bob@example.com', 'literal', 'disabled'],
  ]);
  await hello();
  expect(lab.calls.at(-1)?.account).toBe('test-key-ada-0123456789');
});

it('tells what is wrong with an account, in words and without its secret', { timeout: 60_000 }, async () => {
  settleIn({ accounts: [] });
  await serve();
  expect((await admin('POST', '', input({ email: hostile, credential: bad }))).status).toBe(201);
  const test = JSON.parse((await admin('POST', `${at(hostile)}/test`)).text) as AccountTestView;
  expect(test).toMatchObject({ ok: false, status: 401 });
  expect(test.message).toMatch(/What to do: the credential is wrong, expired or revoked/);
  await admin('PATCH', at(hostile), { base_url: 'http://127.0.0.1:9', enabled: false });
  const unreachable = JSON.parse((await admin('POST', `${at(hostile)}/test`)).text) as AccountTestView;
  expect(unreachable).toMatchObject({
    ok: false,
    status: null,
    message: expect.stringMatching(/connection was refused.*check base_url/),
  });
  const elsewhere = await admin('PATCH', at(hostile), { allow_private: false });
  expect([elsewhere.status, elsewhere.text]).toEqual([
    400,
    expect.stringContaining('base_url: leads to a loopback address'),
  ]);
  expect((await admin('POST', `${at(hostile)}/reset`)).status).toBe(200);
  expect((await list()).map(({ email }) => email)).toEqual([hostile]);
  expect((await admin('DELETE', at(hostile))).status).toBe(204);
  for (const path of ['/nobody/test', '/nobody/reset']) expect((await admin('POST', path)).status).toBe(404);
  for (const body of [
    `{"credential":"${bad}`,
    `"${bad}"`,
    JSON.stringify({ credential: bad, provider: bad }),
    'x'.repeat(70_000),
  ]) {
    const refused = await admin('POST', '', body);
    expect(refused.status).toBe(400);
  }
  expect(told.join('\n').split('canary-of-bad').length - 1).toBe(0);
});

it('starts with its other accounts when the key of the vault is lost, and says so', { timeout: 60_000 }, async () => {
  settleIn({ accounts: [loopbackAccount('anthropic', 'bob', lab.url)] });
  await serve();
  await admin('POST', '', input());
  await end('SIGTERM');
  writeFileSync(join(home.dataDirectory, 'vault.key'), Buffer.alloc(32, 6).toString('base64url'), { mode: 0o600 });
  await serve();
  expect(gateway?.stderr()).toMatch(
    /the credentials of 1 account in the vault cannot be read: vault\.key belongs to another vault/,
  );
  for (let n = 0; n < 3; n += 1) expect((await hello()).headers['x-account-email']).toBe('bob@example.com');
  expect((await list()).map(({ email, state }) => [email, state])).toEqual([
    ['bob@example.com', 'ready'],
    ['ada@example.com', 'failing'],
  ]);
  const test = JSON.parse((await admin('POST', '/ada@example.com/test')).text) as AccountTestView;
  expect(test).toMatchObject({ ok: false, message: expect.stringContaining('belongs to another vault') });
  expect((await admin('POST', '', input({ email: 'carol' }))).status).toBe(503);
});

it('shows what the provider says of its limits, rests as told, and is ready again when a person says so', {
  timeout: 60_000,
}, async () => {
  settleIn({ accounts: [], healing: { deadline: '2s' }, scheduling: { max_wait: '1s' } });
  await serve();
  const place = loopbackAccount('openai', 'ada', `${lab.url}/v1`, { credential: limited, models: ['gpt-5-mini'] });
  await admin('POST', '', place);
  const test = JSON.parse((await admin('POST', '/ada@example.com/test')).text) as AccountTestView;
  expect(test).toMatchObject({ ok: false, status: 429, message: expect.stringContaining('the credential works') });
  expect((await list())[0]).toMatchObject({ state: 'ready', rests: [] });
  const body = { model: 'gpt-5-mini', messages: [{ role: 'user', content: 'Hello' }] };
  expect((await askJson(`${gateway?.url}/v1/chat/completions`, body)).status).toBe(429);
  const [view] = await list();
  expect(view).toMatchObject({ state: 'resting', rests: [{ told: true }], last_hour: { ok: 0 } });
  expect(view?.rests[0]?.in_ms).toBeGreaterThan(30_000);
  expect(view?.limits).toContainEqual(
    expect.objectContaining({ what: 'requests', limit: expect.any(Number), remaining: 0 }),
  );
  const after = viewOf(await admin('POST', '/ada@example.com/reset'));
  expect(after).toMatchObject({ state: 'ready', rests: [] });
});

it('is what the command accounts speaks to while it runs', { timeout: 60_000 }, async () => {
  settleIn({ accounts: [] });
  const { url } = await serve();
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  const run = (action: AccountsAction, label?: string, more: object = {}) =>
    accounts(
      action,
      label,
      { config: home.configFile, dataDir: home.dataDirectory, port: new URL(url).port, ...more },
      {
        out: say,
        err: say,
        env: {},
        signal: new AbortController().signal,
        world,
        columns: () => 200,
        secret: async () => canary,
      },
    );
  const where = { provider: 'anthropic', baseUrl: lab.url, allowPrivate: true };
  expect(await run('add', hostile, where)).toBe(0);
  expect(await run('add', hostile, where)).toBe(1);
  expect(await run('test', hostile)).toBe(0);
  expect((await hello()).status).toBe(200);
  expect(await run('list')).toBe(0);
  expect(await run('disable', hostile)).toBe(0);
  expect((await hello()).status).toBe(404);
  expect(await run('enable', hostile)).toBe(0);
  expect((await hello()).status).toBe(200);
  expect(await run('remove', hostile)).toBe(0);
  expect(await run('test', hostile)).toBe(1);
  const text = said.join('\n');
  expect(text).toMatch(/works \(status 200, \d+ ms\)\. claude-haiku-4-5 answers/);
  expect(text).toMatch(/ready +0 +1\/1 +\d+ ms/);
  expect(text).not.toContain(canary);
});
