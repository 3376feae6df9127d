import { describe, expect, it } from 'vitest';
import { createAdminApi } from './api.ts';
import type { JournalStore, StatsQuery } from './rows.ts';
import type { StatsBucket, StatsView } from './views.ts';

const KEY = 'k'.repeat(43);
const total: StatsBucket = {
  key: '',
  requests: 3,
  ok: 1,
  healed: 1,
  failed: 1,
  cancelled: 0,
  flags: { zero_token: 0, retried: 1, rotated: 0, repaired: 0, resumed: 0, fallback: 0, interrupted: 0 },
  input_tokens: 10,
  output_tokens: 20,
  cache_read_tokens: 0,
  first_content_p50_ms: 500,
  first_content_p99_ms: null,
};
const view = (by: StatsView['by']): StatsView => ({
  by,
  since: '2026-01-01T00:00:00.000Z',
  until: '2026-01-02T00:00:00.000Z',
  total,
  buckets: [{ ...total, key: '2026-01-01T00:00:00Z' }],
  failures: [{ kind: 'overloaded', attempts: 2, requests_failed: 1 }],
});

function setup() {
  const asked: { stats: StatsQuery[]; removed: unknown[]; vacuumed: number } = { stats: [], removed: [], vacuumed: 0 };
  const store: JournalStore = {
    facets: async () => ({ models: ['m'], accounts: ['a@example.com'] }),
    stats: async (query) => {
      asked.stats.push(query);
      return view(query.by);
    },
    sizes: async () => ({ bytes: 4096, requests: 3, oldest: null }),
    records: async function* () {},
    remove: async (filter) => {
      asked.removed.push(filter);
      return 7;
    },
    vacuum: async () => {
      asked.vacuumed += 1;
    },
  };
  const app = createAdminApi({
    now: () => 0,
    query: { list: async () => [], find: async () => undefined },
    store,
    storage: () => ({ bytes_max: 9000, dropped: { bodies: 1, records: 2, state: 3 } }),
    key: () => KEY,
    version: '1',
    redact: String,
  });
  const call = async (method: string, path: string, authorization = `Bearer ${KEY}`) => {
    const answer = await app.request(path, { method, headers: { authorization } });
    return { status: answer.status, body: (await answer.json()) as { error?: { message: string } } };
  };
  return { asked, call };
}

describe('the journal as a whole', () => {
  it.each([
    ['GET', '/api/requests/facets'],
    ['GET', '/api/stats'],
    ['GET', '/api/storage'],
    ['POST', '/api/storage/vacuum'],
    ['DELETE', '/api/requests'],
  ])('%s %s needs the admin key, and does nothing without it', async (method, path) => {
    const { asked, call } = setup();
    expect((await call(method, path, 'Bearer wrong')).status).toBe(401);
    expect(asked).toEqual({ stats: [], removed: [], vacuumed: 0 });
  });

  it('names what there is to filter by, and is not taken for a request of that id', async () => {
    const { body } = await setup().call('GET', '/api/requests/facets');
    expect(body).toEqual({ models: ['m'], accounts: ['a@example.com'] });
  });

  it('tells the counts by hour when nothing else is asked for', async () => {
    const { asked, call } = setup();
    expect(await call('GET', '/api/stats')).toEqual({ status: 200, body: view('hour') });
    expect(asked.stats).toEqual([{ by: 'hour' }]);
  });

  it('hands over span and time zone', async () => {
    const { asked, call } = setup();
    await call('GET', '/api/stats?by=day&since=2026-01-01T00:00:00Z&until=1767312000000&time_zone=Europe/Berlin');
    const span = { since: Date.UTC(2026, 0, 1), until: Date.UTC(2026, 0, 2) };
    expect(asked.stats).toEqual([{ by: 'day', ...span, timeZone: 'Europe/Berlin' }]);
  });

  it.each([
    ['by=week', 'by'],
    ['time_zone=Nowhere/Land', 'time_zone'],
    ['since=yesterday', 'since'],
    ['since=2&until=1', 'since'],
  ])('refuses %s with a message that names it', async (query, name) => {
    const { asked, call } = setup();
    const { status, body } = await call('GET', `/api/stats?${query}`);
    expect(status).toBe(400);
    expect(body.error?.message).toContain(name);
    expect(asked.stats).toEqual([]);
  });

  it('tells its size beside the size that is allowed, also after it has been made smaller', async () => {
    const { asked, call } = setup();
    const size = { bytes: 4096, bytes_max: 9000, requests: 3, oldest: null };
    const expected = { ...size, dropped: { bodies: 1, records: 2, state: 3 } };
    expect((await call('GET', '/api/storage')).body).toEqual(expected);
    expect(asked.vacuumed).toBe(0);
    expect((await call('POST', '/api/storage/vacuum')).body).toEqual(expected);
    expect(asked.vacuumed).toBe(1);
  });
});

describe('DELETE /api/requests', () => {
  it('deletes by the filters of the list', async () => {
    const { asked, call } = setup();
    const answer = await call('DELETE', '/api/requests?outcome=failed&status=5xx&conversation=c1&path=/v1/messages');
    expect(answer).toEqual({ status: 200, body: { deleted: 7 } });
    const status = { from: 500, to: 599 };
    expect(asked.removed).toEqual([{ outcome: 'failed', status, conversation: 'c1', path: '/v1/messages' }]);
  });

  it('deletes everything without any filter', async () => {
    const { asked, call } = setup();
    await call('DELETE', '/api/requests');
    expect(asked.removed).toEqual([{}]);
  });

  it.each(['outcom=failed', 'q=', 'model=', 'limit=1', 'status=abc'])(
    'with %s deletes nothing: what is misspelt must not become "all"',
    async (query) => {
      const { asked, call } = setup();
      expect((await call('DELETE', `/api/requests?${query}`)).status).toBe(400);
      expect(asked.removed).toEqual([]);
    },
  );
});

it('a journal without a file says so with 503', async () => {
  const query = { list: async () => [], find: async () => undefined };
  const app = createAdminApi({ now: () => 0, query, key: () => KEY, version: '1', redact: String });
  const answer = await app.request('/api/stats', { headers: { authorization: `Bearer ${KEY}` } });
  expect(answer.status).toBe(503);
});
