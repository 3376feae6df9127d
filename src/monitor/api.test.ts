import { describe, expect, it } from 'vitest';
import { createAdminApi } from './api.ts';
import { exampleRecord, exampleRow } from './example.testing.ts';
import type { RequestFilter, RequestReader, RequestRecord, RequestRow } from './rows.ts';

const KEY = 'k'.repeat(43);
const row = (id: string, time: number): RequestRow =>
  exampleRow({
    ...{ id, time: new Date(time).toISOString() },
    ...{ protocol: 'gemini', path: '/v1beta/models/gemini-3-flash:generateContent', stream: false },
    ...{ model: 'gemini-3-flash', mapped_model: 'gemini-3-flash', stop_reason: 'STOP' },
    ...{ first_byte_ms: 5, first_content_ms: 6, input_tokens: 1, output_tokens: 2 },
  });
const record = (id: string): RequestRecord =>
  exampleRecord({
    row: row(id, 1000),
    request: { headers: { accept: '*/*' }, body: '{}' },
    response: { headers: {}, body: '{"candidates":[]}' },
    log: [{ time: '2026-01-01T00:00:00.000Z', level: 'info', request: id, msg: 'completed' }],
  });

function setup(rows: RequestRow[] = [], find: RequestReader['find'] = async () => undefined) {
  const asked: RequestFilter[] = [];
  const query: RequestReader = {
    list: async (filter) => {
      asked.push(filter);
      return rows.slice(0, filter.limit);
    },
    find,
  };
  const app = createAdminApi({
    query,
    now: () => 0,
    key: () => KEY,
    version: '1.2.3',
    redact: (text) => text.replaceAll('canary', '*'),
  });
  const get = (path: string, headers: Record<string, string> = { authorization: `Bearer ${KEY}` }) =>
    app.request(path, { headers });
  return { asked, get, app };
}

describe('the admin key', () => {
  it.each([
    [{}],
    [{ authorization: 'Bearer' }],
    [{ authorization: `Bearer ${KEY.slice(1)}` }],
    [{ authorization: `Bearer ${KEY}x` }],
    [{ authorization: KEY }],
    [{ authorization: `Basic ${KEY}` }],
    [{ 'x-api-key': KEY }],
  ])('is asked for on every path of the API: %j gets the same 401', async (headers) => {
    const { get } = setup();
    const answers = [];
    for (const path of ['/api/requests', '/api/requests/x', '/api/anything', '/api']) {
      const answer = await get(path, headers as Record<string, string>);
      expect(answer.status).toBe(401);
      answers.push(await answer.text());
    }
    expect(new Set(answers).size).toBe(1);
    expect(JSON.parse(answers[0] ?? '')).toEqual({ error: { message: expect.any(String) } });
  });

  it('opens nothing while it is empty', async () => {
    const app = createAdminApi({
      query: setup().app as never,
      now: () => 0,
      key: () => '',
      version: '1',
      redact: String,
    });
    for (const authorization of ['Bearer ', 'Bearer', '']) {
      expect((await app.request('/api/requests', { headers: { authorization } })).status).toBe(401);
    }
  });

  it('never leads to a CORS header', async () => {
    const { get, app } = setup();
    const origin = { origin: 'https://evil.example', authorization: `Bearer ${KEY}` };
    const answers = [
      await get('/api/requests', origin),
      await get('/openapi.json', origin),
      await app.request('/api/requests', { method: 'OPTIONS', headers: origin }),
    ];
    for (const answer of answers) {
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('GET /api/requests', () => {
  it('gives the rows as they are and no cursor on the last page', async () => {
    const { get } = setup([row('b', 2000), row('a', 1000)]);
    const answer = await get('/api/requests');
    expect(await answer.json()).toEqual({ requests: [row('b', 2000), row('a', 1000)], next_cursor: null });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('goes on behind the last row of the page before', async () => {
    const { get, asked } = setup([row('c', 3000), row('b', 2000), row('a', 1000)]);
    const page = (await (await get('/api/requests?limit=2')).json()) as { requests: unknown[]; next_cursor: string };
    expect(page.requests).toHaveLength(2);
    await get(`/api/requests?limit=2&cursor=${page.next_cursor}`);
    expect(asked[1]).toEqual({ limit: 3, before: { time: 2000, id: 'b' } });
  });

  it('reads every filter', async () => {
    const { get, asked } = setup();
    await get(
      '/api/requests?q=50%25_&protocol=gemini&model=m&account=ada%40example.com&status=4XX&outcome=failed&flag=rotated' +
        '&since=2026-01-01T00:00:00Z&until=1767225600001&limit=200',
    );
    expect(asked[0]).toEqual({
      q: '50%_',
      protocol: 'gemini',
      model: 'm',
      account: 'ada@example.com',
      status: { from: 400, to: 499 },
      outcome: 'failed',
      flag: 'rotated',
      since: Date.UTC(2026, 0, 1),
      until: 1767225600001,
      limit: 201,
    });
  });

  it('takes an empty text for no filter', async () => {
    const { get, asked } = setup();
    await get('/api/requests?q=&model=');
    expect(asked[0]).toEqual({ limit: 51 });
  });

  it.each([
    ['protocol', 'soap'],
    ['status', '600'],
    ['status', 'abc'],
    ['outcome', 'good'],
    ['flag', 'x'],
    ['since', 'yesterday'],
    ['until', ''],
    ['limit', '0'],
    ['limit', '1001'],
    ['limit', 'many'],
    ['cursor', '!!'],
    ['q', '%'.repeat(10_000)],
  ])('refuses %s=%s with a sentence that names the parameter', async (name, value) => {
    const answer = await setup().get(`/api/requests?${new URLSearchParams({ [name]: value })}`);
    expect(answer.status).toBe(400);
    const { error } = (await answer.json()) as { error: { message: string } };
    expect(error.message).toContain(`${name}:`);
  });
});

describe('GET /api/requests/{id}', () => {
  it('gives everything that the journal keeps in one object', async () => {
    const { get } = setup([], async (id) => record(id));
    const answer = await get('/api/requests/A1');
    expect(await answer.json()).toEqual({
      ...row('A1', 1000),
      attempts: [],
      request: { headers: { accept: '*/*' }, body: '{}' },
      response: { headers: {}, body: '{"candidates":[]}' },
      log: record('A1').log,
      steps: [],
      changes: [],
      marks: [],
      raw: [],
      error: null,
    });
  });

  it('answers 404 in JSON for an unknown id', async () => {
    const answer = await setup().get('/api/requests/nope');
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({ error: { message: 'there is no request with this id' } });
  });

  it('answers 503 without secrets when the journal cannot be read', async () => {
    const sick = Object.assign(new Error('disk canary'), { name: 'StorageError' });
    const { get } = setup([], () => Promise.reject(sick));
    const answer = await get('/api/requests/A1');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ error: { message: 'disk *' } });
  });
});

describe('a method that a path does not take', () => {
  const headers = { authorization: `Bearer ${KEY}` };
  it.each([
    ['PUT', '/api/requests', 'DELETE, GET'],
    ['DELETE', '/api/requests/A1', 'GET'],
    ['POST', '/api/requests/export', 'GET'],
    ['GET', '/api/storage/vacuum', 'POST'],
  ])('%s %s is told which it takes', async (method, path, allowed) => {
    const answer = await setup().app.request(path, { method, headers });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe(allowed);
    const message = `this path does not take ${method}; it takes ${allowed}`;
    expect(await answer.json()).toEqual({ error: { message } });
  });

  it('says nothing without the key, and of a path that nobody serves that there is nothing', async () => {
    const { app } = setup();
    expect((await app.request('/api/requests', { method: 'PUT' })).status).toBe(401);
    expect((await app.request('/api/nothing', { method: 'PUT', headers })).status).toBe(404);
  });
});

it('says in plain words which limit it takes', async () => {
  for (const limit of ['0', '1001', 'abc', '1.5']) {
    const answer = await setup().get(`/api/requests?limit=${limit}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ error: { message: 'limit: must be a whole number from 1 to 1000' } });
  }
});

it('describes itself to everybody in /openapi.json', async () => {
  const answer = await setup().get('/openapi.json', {});
  expect(answer.status).toBe(200);
  const document = (await answer.json()) as {
    info: { version: string };
    paths: Record<string, { get: { parameters: { name: string }[]; security: unknown } }>;
  };
  expect(document.info.version).toBe('1.2.3');
  const [requests, one] = ['/api/requests', '/api/requests/{id}'];
  const paths = [requests, one, `${one}/diagnosis`, `${requests}/export`, '/api/stats', '/api/storage'];
  expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(paths));
  for (const operations of Object.values(document.paths)) {
    for (const { security } of Object.values(operations)) {
      expect(security).toEqual([{ adminKey: [] }, { session: [] }]);
    }
  }
  const list = document.paths['/api/requests']?.get;
  expect(list?.parameters.map((parameter) => parameter.name)).toEqual([
    ...['q', 'protocol', 'model', 'account', 'status', 'outcome', 'flag', 'path', 'conversation'],
    ...['since', 'until', 'limit', 'cursor'],
  ]);
});
