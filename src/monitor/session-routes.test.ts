import { beforeEach, describe, expect, it } from 'vitest';
import { createAdminApi } from './api.ts';
import { createSessions, LINK_LIFE_MS, SESSION_LIFE_MS, WRONG_ATTEMPTS_MAX } from './session.ts';
import { API_BODY_BYTES_MAX } from './session-routes.ts';
import type { SignInLink } from './setting-views.ts';

const KEY = 'k'.repeat(43);
const HOST = 'localhost:8045';
const bearer = { authorization: `Bearer ${KEY}` };

let now = 0;
let api: ReturnType<typeof createAdminApi>;
beforeEach(() => {
  now = 1_000_000;
  const query = { list: async () => [], find: async () => undefined };
  api = createAdminApi({
    query,
    now: () => now,
    key: () => KEY,
    version: '1.2.3',
    redact: String,
    sessions: createSessions({ now: () => now }),
    config: { view: async () => ({}) as never, change: async () => ({ conflict: 'reached' }) },
  });
});

type Given = { method?: string; body?: string; headers?: Record<string, string> };
const ask = async (path: string, given: Given = {}) =>
  api.request(`http://${HOST}${path}`, { ...given, headers: { host: HOST, ...given.headers } });

async function link(): Promise<string> {
  const answer = await ask('/api/session/link', { method: 'POST', headers: bearer });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as SignInLink).url;
}
const pathOf = (url: string): string => url.slice(`http://${HOST}`.length);
async function cookie(): Promise<string> {
  const answer = await ask(pathOf(await link()));
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

describe('the one-time link', () => {
  it('is given for the admin key, with the address that was asked', async () => {
    const answer = await ask('/api/session/link', { method: 'POST', headers: bearer });
    expect(await answer.json()).toEqual({
      url: expect.stringMatching(/^http:\/\/localhost:8045\/sign-in\?code=[\w-]{43}$/),
      expires_in_s: LINK_LIFE_MS / 1000,
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('is not given to a session', async () => {
    const headers = { cookie: await cookie(), 'sec-fetch-site': 'same-origin' };
    expect((await ask('/api/session/link', { method: 'POST', headers })).status).toBe(403);
    expect((await ask('/api/session/link', { method: 'POST' })).status).toBe(401);
  });

  it('signs in with a cookie that no script and no other site has, and leads to the page without the code', async () => {
    const answer = await ask(pathOf(await link()));
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    const parts = (answer.headers.get('set-cookie') ?? '').split('; ');
    expect(parts[0]).toMatch(/^antigravity_session=[\w-]{43}$/);
    expect(parts.slice(1).toSorted()).toEqual([
      'HttpOnly',
      `Max-Age=${SESSION_LIFE_MS / 1000}`,
      'Path=/',
      'SameSite=Strict',
    ]);
  });

  it.each([
    [
      'used',
      async () => {
        const url = await link();
        await ask(pathOf(url));
        return pathOf(url);
      },
    ],
    [
      'expired',
      async () => {
        const url = await link();
        now += LINK_LIFE_MS;
        return pathOf(url);
      },
    ],
    ['wrong', async () => '/sign-in?code=x'],
    ['without a code', async () => '/sign-in'],
  ])('that is %s gets a page in words that says how to get a new one', async (_what, path) => {
    const answer = await ask(await path());
    expect(answer.status).toBe(403);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await answer.text()).toContain('antigravity-tools open');
  });

  it('is not used up by those who only look ahead', async () => {
    const url = pathOf(await link());
    expect((await ask(url, { method: 'HEAD' })).headers.get('set-cookie')).toBeNull();
    const ahead = await ask(url, { headers: { 'sec-purpose': 'prefetch;prerender' } });
    expect(ahead.headers.get('set-cookie')).toBeNull();
    expect((await ask(url)).status).toBe(303);
  });

  it('is not tried without end', async () => {
    for (let n = 0; n < WRONG_ATTEMPTS_MAX; n += 1) expect((await ask(`/sign-in?code=${n}`)).status).toBe(403);
    const url = pathOf(await link());
    const held = await ask(url);
    expect(held.status).toBe(429);
    expect(held.headers.get('retry-after')).toBe('60');
    now += 60_000;
    expect((await ask(url)).status).toBe(303);
  });
});

describe('the admin key', () => {
  it('is let in however many wrong ones came before it, which are held up', async () => {
    const wrong = { authorization: 'Bearer wrong' };
    for (let n = 0; n < WRONG_ATTEMPTS_MAX; n += 1)
      expect((await ask('/api/requests', { headers: wrong })).status).toBe(401);
    const held = await ask('/api/requests', { headers: wrong });
    expect([held.status, held.headers.get('retry-after')]).toEqual([429, '60']);
    expect((await ask('/api/requests', { headers: bearer })).status).toBe(200);
    expect((await ask('/api/requests')).status).toBe(401);
  });
});

describe('a session', () => {
  it('reads what the key reads, and tells by what it is let in', async () => {
    const headers = { cookie: await cookie() };
    expect((await ask('/api/requests', { headers })).status).toBe(200);
    expect(await (await ask('/api/session', { headers })).json()).toEqual({ version: '1.2.3', by: 'session' });
    expect(await (await ask('/api/session', { headers: bearer })).json()).toEqual({ version: '1.2.3', by: 'key' });
    expect((await ask('/api/session')).status).toBe(401);
    expect((await ask('/api/session', { headers: { cookie: 'antigravity_session=x' } })).status).toBe(401);
  });

  it('is over for good after signing out', async () => {
    const headers = { cookie: await cookie() };
    const other = { cookie: await cookie() };
    const answer = await ask('/api/session', {
      method: 'DELETE',
      headers: { ...headers, 'sec-fetch-site': 'same-origin' },
    });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('set-cookie')).toMatch(/^antigravity_session=; Max-Age=0; Path=\//);
    expect((await ask('/api/session', { headers })).status).toBe(401);
    expect((await ask('/api/session', { headers: other })).status).toBe(200);
  });

  const json = { 'content-type': 'application/json' };
  const own = { 'sec-fetch-site': 'same-origin' };
  it.each<[string, Record<string, string>]>([
    ['a page of another site', { ...json, 'sec-fetch-site': 'cross-site' }],
    ['a page of another port', { ...json, 'sec-fetch-site': 'same-site' }],
    ['nobody knows where', { ...json, 'sec-fetch-site': 'none' }],
    ['a client without either header', { ...json }],
    ['another origin', { ...json, origin: 'http://localhost:9999' }],
    ['an origin that is none', { ...json, origin: 'null' }],
    [
      'another origin, whose browser says it is the same',
      { ...json, 'sec-fetch-site': 'cross-site', origin: `http://${HOST}` },
    ],
    ['a form', { ...own, 'content-type': 'text/plain' }],
    ['a form that looks like JSON', { ...own, 'content-type': 'text/plain; application/json' }],
    ['JSON with more behind it', { ...own, 'content-type': 'application/json; x=y' }],
  ])('changes nothing from %s, and says why', async (_what, given) => {
    const headers = { cookie: await cookie(), ...given };
    const answer = await ask('/api/config', { method: 'PUT', body: '{"version":"","changes":{}}', headers });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toEqual({ error: { message: expect.stringMatching(/page itself|content type/) } });
  });

  it.each<[string, Record<string, string>]>([
    ['its page', { ...json, ...own }],
    ['its page in a browser that does not name the site', { ...json, origin: `http://${HOST}` }],
  ])('changes what it wants from %s', async (_what, given) => {
    const headers = { cookie: await cookie(), ...given };
    const body = '{"version":"","changes":{}}';
    const answer = await ask('/api/config', { method: 'PUT', body, headers });
    expect(await answer.json()).toEqual({ error: { message: 'reached' } });
  });

  it('is not asked where the key is: a script needs no browser', async () => {
    const body = '{"version":"","changes":{}}';
    const answer = await ask('/api/config', { method: 'PUT', body, headers: { ...bearer, ...json } });
    expect(answer.status).toBe(409);
  });
});

it('a body beyond the limit is refused', async () => {
  const body = ' '.repeat(API_BODY_BYTES_MAX + 1);
  const headers = { ...bearer, 'content-type': 'application/json' };
  expect((await ask('/api/config', { method: 'PUT', body, headers })).status).toBe(413);
});

it('a body that is no JSON is refused as such', async () => {
  const headers = { ...bearer, 'content-type': 'application/json' };
  expect((await ask('/api/config', { method: 'PUT', body: '{"version":', headers })).status).toBe(400);
});
