/** A person at the Monitor's door: the link that `serve` prints, the session, pages of other sites, a changed setting, and what is left behind. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConfigView, SessionView } from '../../src/monitor/setting-views.ts';
import { type Answer, ask, askJson } from './client.ts';
import { loopbackAccount, waitFor } from './gateway.ts';
import { type Home, makeHome, runCommand, type ServedGateway, serveFrom } from './served-process.ts';
import { answerSmall, askedOf } from './small-answers.ts';
import { startUpstream, type Upstream } from './upstream.ts';

let upstream: Upstream;
let home: Home;
let gateway: ServedGateway;
let adminKey: string;
/** Every code and token that was given out. */
const given: string[] = [];

const settings = () => `# of the house
server:
  max_body: 1MB   # enough for us

  # who may come
  auth: { mode: auto, keys: [] }
accounts:
  - ${JSON.stringify(loopbackAccount('anthropic', 'ada', upstream.url))}
`;

beforeAll(async () => {
  upstream = await startUpstream(answerSmall);
  const made = makeHome('{}');
  home = { ...made, configFile: join(made.directory, 'config.yaml') };
  writeFileSync(home.configFile, settings());
  gateway = await serveFrom(home, ['--log-level', 'trace']);
  adminKey = readFileSync(join(home.dataDirectory, 'admin.key'), 'utf8').trim();
});
afterAll(async () => {
  gateway.child.kill('SIGKILL');
  await gateway.ended;
  await upstream.close();
  home.remove();
});

const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(`${gateway.url}${path}`, { method: 'GET', headers });

async function follow(link: string): Promise<string> {
  given.push(new URL(link).searchParams.get('code') ?? '');
  const answer = await ask(link, { method: 'GET' });
  expect([answer.status, answer.headers.location]).toEqual([303, '/']);
  const cookie = (answer.headers['set-cookie'] ?? '').split(';')[0] ?? '';
  given.push(cookie.split('=')[1] ?? '');
  return cookie;
}

async function newLink(): Promise<string> {
  const running = runCommand([
    'open',
    '--print',
    '--data-dir',
    home.dataDirectory,
    '--port',
    new URL(gateway.url).port,
  ]);
  expect(await running.ended, running.stderr()).toBe(0);
  return running.stdout().trim();
}

function put(change: unknown, headers: Record<string, string>): Promise<Answer> {
  const json = { 'content-type': 'application/json' };
  return ask(`${gateway.url}/api/config`, {
    method: 'PUT',
    headers: { ...json, ...headers },
    body: JSON.stringify(change),
  });
}

describe('the link that serve prints', () => {
  it('stands on stderr in one line, and stdout keeps its own', async () => {
    const line = await waitFor('the link', () => /^Monitor: (.*)$/m.exec(gateway.stderr())?.[1]);
    expect(line).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/sign-in\?code=[\w-]{43} \(once, within 10 minutes; again: antigravity-tools open\)$/,
    );
    expect(gateway.stdout()).toBe(`antigravity-tools ready on ${gateway.url}\n`);
  });

  it('signs in once; then it says how to get another', async () => {
    const link = /Monitor: (\S+)/.exec(gateway.stderr())?.[1] ?? '';
    const headers = { cookie: await follow(link) };
    expect((await get('/api/requests', headers)).status).toBe(200);
    const again = await ask(link, { method: 'GET' });
    expect(again.status).toBe(403);
    expect(again.text).toContain('antigravity-tools open');
  });
});

describe('a session', () => {
  it('is refused from pages of other sites, and changes nothing for them', async () => {
    const cookie = await follow(await newLink());
    const { version } = JSON.parse((await get('/api/config', { cookie })).text) as ConfigView;
    const change = { version, changes: { 'server.max_body': '2MB' } };
    const foreign = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'same-origin', 'content-type': 'text/plain' },
      {},
    ];
    for (const headers of foreign) {
      const answer = await put(change, { cookie, ...headers });
      expect(answer.status, JSON.stringify(headers)).toBe(403);
      expect(JSON.parse(answer.text)).toMatchObject({ error: { message: expect.any(String) } });
    }
    expect((await get('/api/requests', { cookie, origin: 'https://evil.example' })).status).toBe(403);
    expect((await get('/api/requests', { cookie, host: 'evil.example' })).status).toBe(421);
    expect(readFileSync(home.configFile, 'utf8')).toBe(settings());
  });

  it('changes a setting, which holds at once, and every comment stays', async () => {
    const own = { cookie: await follow(await newLink()), 'sec-fetch-site': 'same-origin' };
    const { version } = JSON.parse((await get('/api/config', own)).text) as ConfigView;
    const { path, body } = askedOf.anthropic;
    const large = { ...body, metadata: { user_id: 'x'.repeat(4000) } };
    expect((await askJson(`${gateway.url}${path}`, large)).status).toBe(200);

    const bad = await put({ version, changes: { 'server.max_body': '1 KB or so' } }, own);
    expect([bad.status, JSON.parse(bad.text)]).toMatchObject([
      400,
      { error: { issues: [{ key: 'server.max_body', line: 3 }] } },
    ]);
    const good = await put({ version, changes: { 'server.max_body': '1KB' } }, own);
    expect(good.status, good.text).toBe(200);
    expect(readFileSync(home.configFile, 'utf8')).toBe(settings().replace('1MB', '1KB'));
    expect((await askJson(`${gateway.url}${path}`, large)).status).toBe(413);
    expect((await put({ version, changes: { 'server.max_body': '1MB' } }, own)).status).toBe(409);
    expect(good.text).not.toContain('test-key-ada');
  });

  it('is over after signing out', async () => {
    const own = { cookie: await follow(await newLink()), 'sec-fetch-site': 'same-origin' };
    expect(JSON.parse((await get('/api/session', own)).text) as SessionView).toMatchObject({ by: 'session' });
    expect((await ask(`${gateway.url}/api/session`, { method: 'DELETE', headers: own })).status).toBe(204);
    for (const path of ['/api/session', '/api/requests', '/api/config'])
      expect((await get(path, own)).status).toBe(401);
  });
});

it('the page is fenced in, and HEAD / stays a probe', async () => {
  const page = await get('/');
  expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
  expect(page.headers['content-security-policy']).not.toContain('unsafe');
  expect(page.headers['referrer-policy']).toBe('no-referrer');
  const probe = await ask(`${gateway.url}/`, { method: 'HEAD' });
  expect([probe.status, probe.headers['content-type']]).toEqual([200, 'application/json']);
  expect((await get('/assets/../../package.json')).status).toBe(404);
});

it('no code, token or key is in the log, the journal or on the terminal', async () => {
  expect(given.length).toBeGreaterThan(6);
  await waitFor('the log', () => readdirSync(join(home.dataDirectory, 'logs')).length > 0);
  gateway.child.kill('SIGTERM');
  await gateway.ended;
  const files = readdirSync(home.dataDirectory, { recursive: true, withFileTypes: true });
  const kept = files.filter((each) => each.isFile() && each.name !== 'admin.key');
  const texts = kept.map((each) => readFileSync(join(each.parentPath, each.name)).toString('latin1'));
  expect(kept.map(({ name }) => name)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^app\.log/), 'requests.db']),
  );
  const printed = gateway.stderr().replace(/^Monitor: .*$/m, '');
  for (const secret of [...given, adminKey]) {
    expect(secret.length).toBeGreaterThan(40);
    expect([...texts, printed, gateway.stdout()].filter((text) => text.includes(secret))).toEqual([]);
  }
});
