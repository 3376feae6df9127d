import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { describe, expect, it, vi } from 'vitest';
import { createAdminApi } from './api.ts';
import { testRecord } from './export/record.testing.ts';
import type { RequestFilter, RequestReader, RequestRecord } from './rows.ts';

const KEY = 'k'.repeat(43);
const T0 = Date.UTC(2026, 0, 1);
/** Newest first. */
const many = (count: number): RequestRecord[] =>
  Array.from({ length: count }, (_, at) => {
    const n = count - at;
    return testRecord({ id: `R${String(n).padStart(5, '0')}`, time: new Date(T0 + Math.floor(n / 3)).toISOString() });
  });

function store(records: readonly RequestRecord[]): { query: RequestReader; asked: RequestFilter[]; found: string[] } {
  const asked: RequestFilter[] = [];
  const found: string[] = [];
  const query: RequestReader = {
    async list(filter) {
      asked.push(filter);
      const { before } = filter;
      const older = ({ row }: RequestRecord): boolean => {
        const time = Date.parse(row.time);
        return before === undefined || time < before.time || (time === before.time && row.id < before.id);
      };
      return records
        .filter(older)
        .slice(0, filter.limit)
        .map(({ row }) => row);
    },
    async find(id) {
      found.push(id);
      return records.find(({ row }) => row.id === id);
    },
  };
  return { query, asked, found };
}
function apiOf(query: RequestReader, records?: (filter: RequestFilter) => AsyncIterable<RequestRecord>) {
  const faults: unknown[] = [];
  const app = createAdminApi({
    fault: (error) => void faults.push(error),
    query,
    now: () => 0,
    ...(records === undefined ? {} : { records }),
    key: () => KEY,
    version: '1.2.3',
    redact: (text) => text.replaceAll('canary', '*'),
  });
  return { app, faults };
}
function api(...given: Parameters<typeof apiOf>) {
  const { app } = apiOf(...given);
  return (path: string) => app.request(`/api/requests/export?${path}`, { headers: { authorization: `Bearer ${KEY}` } });
}
const linesOf = async (answer: Response) =>
  (await answer.text())
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { id: string });

describe('GET /api/requests/export', () => {
  it('gives every request once, newest first, over as many pages as there are', async () => {
    const records = many(250);
    const { query, asked } = store(records);
    const answer = await api(query)('format=jsonl&model=m&status=2xx');
    expect(answer.status).toBe(200);
    expect((await linesOf(answer)).map(({ id }) => id)).toEqual(records.map(({ row }) => row.id));
    expect(asked).toHaveLength(3);
    expect(asked[0]).toEqual({ model: 'm', status: { from: 200, to: 299 }, limit: 100 });
  });

  it('reads a store that can hand out records as one reading', async () => {
    const { query, found } = store(many(3));
    const asked: unknown[] = [];
    async function* records(filter: unknown) {
      asked.push(filter);
      yield* many(3);
    }
    const answer = await api(query, records)('format=jsonl&outcome=failed');
    expect(await linesOf(answer)).toHaveLength(3);
    expect(asked).toEqual([{ outcome: 'failed', limit: expect.any(Number) }]);
    expect(found).toEqual([]);
  });

  it('passes over a request that was removed while it read', async () => {
    const { query } = store(many(3));
    const find: RequestReader['find'] = async (id) => (id === 'R00002' ? undefined : query.find(id));
    expect(await linesOf(await api({ ...query, find })('format=jsonl'))).toHaveLength(2);
  });

  it.each([
    ['har', 'application/json', 'har'],
    ['jsonl', 'application/jsonl', 'jsonl'],
    ['csv', 'text/csv', 'csv'],
    ['lab', 'application/yaml', 'yaml'],
  ])('offers %s under a name that no id can break out of', async (format, type, extension) => {
    const id = '../a"; x\r\nSet-Cookie: y';
    const { query } = store([testRecord({ id })]);
    const answer = await api(query)(`format=${format}&id=${encodeURIComponent(id)}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(new RegExp(`^${type}; charset=utf-8`));
    const name = /^attachment; filename="([A-Za-z0-9._-]+)"$/.exec(
      answer.headers.get('content-disposition') ?? '',
    )?.[1];
    expect(name).toMatch(new RegExp(`^antigravity-tools-[A-Za-z0-9_-]{1,40}\\.${extension}$`));
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    ['format=xml', 400, 'format'],
    ['', 400, 'format'],
    ['format=lab', 400, 'id'],
    ['format=csv&status=abc', 400, 'status'],
    ['format=har&id=nope', 404, 'no request'],
  ])('refuses %j with a sentence', async (path, status, word) => {
    const answer = await api(store(many(1)).query)(path);
    expect(answer.status).toBe(status);
    const { error } = (await answer.json()) as { error: { message: string } };
    expect(error.message).toContain(word);
  });

  it('tells as JSON what goes wrong before the first byte', async () => {
    const sick = Object.assign(new Error('disk canary'), { name: 'StorageError' });
    const answer = await api({ ...store([]).query, list: () => Promise.reject(sick) })('format=har');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ error: { message: 'disk *' } });
  });

  it('breaks what goes wrong later, and never ends the file as if it were whole', async () => {
    const { query } = store(many(300));
    const find: RequestReader['find'] = async (id) => {
      if (id === 'R00100') throw new Error('sick');
      return query.find(id);
    };
    const answer = await api({ ...query, find })('format=har');
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow();
  });

  it('reads no further than its client has taken, and stops when that leaves', async () => {
    let read = 0;
    let ended = false;
    async function* records() {
      try {
        for (;;) {
          read += 1;
          yield testRecord({ id: `R${read}` });
        }
      } finally {
        ended = true;
      }
    }
    const answer = await api(store([]).query, records)('format=csv');
    const reader = answer.body!.getReader();
    await reader.read();
    const after = read;
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    expect(read).toBe(after);
    await reader.cancel();
    expect(ended).toBe(true);
    expect(read).toBeLessThanOrEqual(after + 1);
  });

  it('refuses more exports at the same time than its limit, and takes the next when one has ended', async () => {
    const get = api(store(many(1)).query);
    const open = await Promise.all(Array.from({ length: 8 }, () => get('format=csv')));
    expect((await get('format=csv')).status).toBe(503);
    await open[0]!.body!.cancel();
    const next = await get('format=csv');
    expect(next.status).toBe(200);
    await Promise.all([next, ...open.slice(1)].map((answer) => answer.text()));
    expect((await get('format=csv&id=nope')).status).toBe(404);
    expect((await get('format=csv')).status).toBe(200);
  });
});

describe('an export over a real connection', () => {
  async function open(records: () => AsyncIterable<RequestRecord>) {
    const { app, faults } = apiOf(store([]).query, records);
    const server = createServer(getRequestListener(app.fetch));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const headers = { authorization: `Bearer ${KEY}` };
    const asking = request({
      port,
      host: '127.0.0.1',
      path: '/api/requests/export?format=jsonl',
      headers,
      agent: false,
    });
    asking.on('error', () => {});
    asking.end();
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    const close = async (): Promise<void> => {
      asking.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
    return { asking, answer, close, faults };
  }

  it('waits for a client that does not read, and ends the reading when it leaves', async () => {
    let read = 0;
    let ended = false;
    const body = 'x'.repeat(100_000);
    async function* records() {
      try {
        for (;;) {
          read += 1;
          yield testRecord({ id: `R${read}` }, { response: { headers: {}, body } });
        }
      } finally {
        ended = true;
      }
    }
    const { asking, close } = await open(records);
    let before = -1;
    while (read !== before) {
      before = read;
      for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate);
    }
    // What the two sockets hold, not the endless journal.
    expect(read * body.length).toBeLessThan(64 * 1024 * 1024);
    asking.destroy();
    while (!ended) await new Promise(setImmediate);
    await close();
  });

  it.each([200, 1000, 100_000])('breaks the connection when the journal fails in the middle (%i)', async (size) => {
    async function* records() {
      for (let at = 0; at < 100; at += 1) yield testRecord({ id: `R${at}` }, { error: 'y'.repeat(size) });
      throw new Error('sick');
    }
    const said = vi.spyOn(console, 'error');
    const { answer, close, faults } = await open(records);
    const whole = (async () => {
      for await (const _piece of answer);
    })();
    await expect(whole).rejects.toThrow('aborted');
    expect(answer.complete).toBe(false);
    expect(faults).toEqual([expect.objectContaining({ message: 'sick' })]);
    expect(said).not.toHaveBeenCalled();
    said.mockRestore();
    await close();
  });
});
