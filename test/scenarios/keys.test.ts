/** Who may come in: keys in every carrier, other hosts, foreign pages. And where secrets may be: nowhere but where they belong. */

import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, ask, askJson } from './client.ts';
import { loopbackAccount, startTestGateway, type TestGateway, waitFor } from './gateway.ts';
import { expectExchangeHeaders, expectRefusal } from './refusal-shape.ts';
import { answerSmall, askedOf, type Dialect, dialectOf } from './small-answers.ts';
import { serveJson, startUpstream, type Upstream } from './upstream.ts';

const rightKey = 'right-key-4e1c7a9b2d5f8036';
const otherKey = 'other-key-9d8c7b6a5f4e3210';
const wrongKey = 'wrong-key-0f1e2d3c4b5a6978';
/** They look like nothing that is known to be a key. */
const credentials = { anthropic: 'ada-lives-in-maple-street-7731', gemini: 'gus-lives-in-birch-street-4420' };
const dialects: readonly Dialect[] = ['anthropic', 'gemini'];
/** Asked for in the prompt: the upstream then refuses and quotes the credential it was sent, as some do. */
const quoting = 'quote my key';

let upstream: Upstream;
let gateway: TestGateway;
let closed = false;
/** Everything that any client was told. */
const told: string[] = [];

beforeAll(async () => {
  upstream = await startUpstream((call) => {
    const status = Number(new RegExp(`${quoting} (\\d{3})`).exec(call.body.toString())?.[1] ?? 200);
    if (status === 200) return answerSmall(call);
    const message = `nothing here for ${call.key}, sorry`;
    const kind = { type: 'invalid_request_error', status: 'INVALID_ARGUMENT', code: status };
    serveJson(call, status, { type: 'error', error: { ...kind, message } });
  });
  gateway = await startTestGateway({
    accounts: [
      { ...loopbackAccount('anthropic', 'ada', upstream.url), credential: credentials.anthropic },
      { ...loopbackAccount('gemini', 'gus', upstream.url), credential: credentials.gemini },
    ],
    server: { auth: { mode: 'strict', keys: [rightKey, otherKey] }, allowed_hosts: ['gateway.example.com'] },
    healing: { max_attempts: 1 },
  });
});
afterAll(async () => {
  if (!closed) await gateway.close();
  await upstream.close();
});

interface Carried {
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
}

async function call(dialect: Dialect, { headers = {}, query = '' }: Carried, content = 'Hello'): Promise<Answer> {
  const { path, body } = askedOf[dialect];
  const json = JSON.parse(JSON.stringify(body).replace('Hello', content)) as unknown;
  const answer = await askJson(`${gateway.url}${path}${query}`, json, headers);
  told.push(JSON.stringify(answer.headers), answer.text);
  return answer;
}

const carriers: Readonly<Record<string, (key: string) => Carried>> = {
  'x-api-key': (key) => ({ headers: { 'x-api-key': key } }),
  bearer: (key) => ({ headers: { authorization: `Bearer ${key}` } }),
  'x-goog-api-key': (key) => ({ headers: { 'x-goog-api-key': key } }),
  '?key=': (key) => ({ query: `?key=${key}` }),
};
const names = Object.keys(carriers);
const pairs = names.flatMap((right) =>
  names.filter((wrong) => wrong !== right).map((wrong) => [right, wrong] as const),
);

describe.each(dialects)('with auth strict a request of the dialect %s', (dialect) => {
  it.each(names)('passes with a right key as %s, and with the second key too', async (name) => {
    for (const key of [rightKey, otherKey]) {
      const answer = await call(dialect, carriers[name]!(key));
      expect(answer.status, answer.text).toBe(200);
      expectExchangeHeaders(dialect, answer, name);
    }
  });

  it.each(pairs)('passes with the right key as %s beside a wrong one as %s', async (right, wrong) => {
    const [good, bad] = [carriers[right]!(rightKey), carriers[wrong]!(wrongKey)];
    const headers = { ...good.headers, ...bad.headers };
    expect((await call(dialect, { headers, query: good.query ?? bad.query ?? '' })).status).toBe(200);
  });

  it.each(names)('is refused with a wrong key as %s', async (name) => {
    const before = upstream.calls.length;
    for (const key of [wrongKey, rightKey.slice(0, -1), `${rightKey}x`, rightKey.toUpperCase()]) {
      expectRefusal(dialect, await call(dialect, carriers[name]!(key)), 401, name);
    }
    expect(upstream.calls.length).toBe(before);
  });

  it('is refused without a key, with an empty one, and with a name and password', async () => {
    const basic = `Basic ${Buffer.from(`user:${rightKey}`).toString('base64')}`;
    for (const carried of [{}, carriers['x-api-key']!(''), { query: '?key=' }, { headers: { authorization: basic } }]) {
      expectRefusal(dialect, await call(dialect, carried), 401, JSON.stringify(carried));
    }
  });

  it('passes when the right key stands in the query behind a wrong one', async () => {
    expect((await call(dialect, { query: `?key=${wrongKey}&key=${rightKey}` })).status).toBe(200);
  });

  it('never carries a key of a client to the upstream', () => {
    const mine = upstream.calls.filter((each) => dialectOf(each) === dialect);
    expect(mine.length).toBeGreaterThan(0);
    const seen = mine.map(({ path, headers, body }) => `${path} ${JSON.stringify(headers)} ${body}`).join('\n');
    for (const key of [rightKey, otherKey, wrongKey]) expect(seen).not.toContain(key);
  });

  const foreign: readonly (readonly [string, number, Record<string, string>])[] = [
    ['the host of another site', 421, { host: 'evil.example' }],
    ['a host that only begins like this one', 421, { host: '127.0.0.1.evil.example' }],
    ['a host that only ends like an allowed one', 421, { host: 'my-gateway.example.com' }],
    ['a page of another site', 403, { origin: 'https://evil.example' }],
    ['a page of another port of this machine', 403, { origin: 'http://127.0.0.1:1' }],
    ['a page without an origin', 403, { origin: 'null' }],
    ['a browser that says cross-site', 403, { 'sec-fetch-site': 'cross-site' }],
    ['a browser that says same-site', 403, { 'sec-fetch-site': 'same-site' }],
  ];
  it.each(foreign)('from %s is refused with %i even with the right key', async (what, status, headers) => {
    const before = upstream.calls.length;
    const answer = await call(dialect, { headers: { ...headers, 'x-api-key': rightKey } });
    expectRefusal(dialect, answer, status, what);
    expect(upstream.calls.length).toBe(before);
  });

  it('passes from hosts that are its own or were allowed', async () => {
    for (const host of [`127.0.0.1:${gateway.port}`, 'localhost', '[::1]:8045', 'gateway.example.com:443']) {
      expect((await call(dialect, { headers: { host, 'x-api-key': rightKey } })).status, host).toBe(200);
    }
  });

  it('gives no leave to a browser that asks for it', async () => {
    const { path } = askedOf[dialect];
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    for (const at of [path, '/v1/models', '/api/requests', '/health']) {
      const answer = await ask(`${gateway.url}${at}`, { method: 'OPTIONS', headers });
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect(answer.status, at).toBeGreaterThanOrEqual(400);
    }
  });
});

it('the admin API takes the admin key alone, and no key of a client', async () => {
  const status = async (headers: Record<string, string>): Promise<number> => {
    const answer = await ask(`${gateway.url}/api/requests`, { method: 'GET', headers });
    if (answer.status !== 200) told.push(answer.text);
    return answer.status;
  };
  expect(await status({ authorization: `Bearer ${gateway.adminKey}` })).toBe(200);
  expect(await status({ authorization: `Bearer ${rightKey}` })).toBe(401);
  expect(await status({ 'x-api-key': gateway.adminKey })).toBe(401);
  expect(await status({})).toBe(401);
  const elsewhere = { authorization: `Bearer ${gateway.adminKey}` };
  expect(await status({ ...elsewhere, host: 'evil.example' })).toBe(421);
  expect(await status({ ...elsewhere, origin: 'https://evil.example' })).toBe(403);
});

it.each([400, 401, 403, 429, 500])('an upstream that quotes its credential in a %i is not quoted', async (status) => {
  for (const dialect of dialects) {
    const answer = await call(dialect, carriers['x-api-key']!(rightKey), `${quoting} ${status}`);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.text).not.toContain(credentials[dialect]);
  }
});

it('no key and no credential is in an answer, the journal or the log', async () => {
  const rows = await waitFor('all rows', async () => {
    const found = await gateway.rows();
    return found.length > 50 && found;
  });
  const journal: string[] = [];
  for (const { id } of rows.slice(0, 200)) {
    const headers = { authorization: `Bearer ${gateway.adminKey}` };
    journal.push((await ask(`${gateway.url}/api/requests/${id}`, { method: 'GET', headers })).text);
  }
  const secrets = [
    rightKey,
    otherKey,
    wrongKey,
    gateway.adminKey,
    'test-key-ada-0123456789',
    'test-key-gus-0123456789',
  ];
  const found = (where: string, text: string): string[] =>
    secrets.filter((secret) => text.includes(secret)).map((secret) => `${secret} in ${where}`);
  expect([...found('answers', told.join('\n')), ...found('the admin API', journal.join('\n'))]).toEqual([]);
  // Before the end too: the write-ahead log is folded away when the databases close.
  const onDisk = (): string[] =>
    filesIn(gateway.dataDirectory)
      .filter((file) => !file.endsWith('admin.key'))
      .flatMap((file) => found(file, readFileSync(file).toString('latin1')));
  const written = filesIn(gateway.dataDirectory).map((file) => [file, readFileSync(file).toString('latin1')] as const);
  const holding = written.filter(([, text]) => text.includes('ada@example.com')).map(([file]) => basename(file));
  // Otherwise there would be nothing to find.
  expect(holding).toEqual(expect.arrayContaining(['requests.db-wal', expect.stringMatching(/^app\.log/)]));
  expect(onDisk()).toEqual([]);
  closed = true;
  await gateway.close(() => expect(onDisk()).toEqual([]));
});

function filesIn(directory: string): string[] {
  const entries: Dirent[] = readdirSync(directory, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
