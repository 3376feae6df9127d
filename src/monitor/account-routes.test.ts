import { describe, expect, it } from 'vitest';
import { ACCOUNT_BODY_BYTES_MAX, type AccountsDesk, type DeskRefusal } from './account-routes.ts';
import { createAdminApi } from './api.ts';
import type { RequestReader } from './rows.ts';
import type { AccountTestView, AccountView } from './views.ts';

const KEY = 'k'.repeat(43);
const view = { email: 'ada' } as AccountView;
const hostile = `../a b/%2F?#'";<x>`;

function setup(refusal?: DeskRefusal) {
  const asked: unknown[][] = [];
  const hear =
    <T>(name: string, answer: T) =>
    (...given: unknown[]): T | DeskRefusal => {
      asked.push([name, ...given]);
      return refusal ?? answer;
    };
  const later =
    <T>(name: string, answer: T) =>
    async (...given: unknown[]) =>
      hear(name, answer)(...given);
  const accounts: AccountsDesk = {
    list: () => [view],
    add: later('add', view),
    change: later('change', view),
    remove: later('remove', { removed: 'ada' }),
    test: later('test', { ok: false, message: 'no' } as AccountTestView),
    reset: hear('reset', view),
  };
  const app = createAdminApi({
    query: {} as RequestReader,
    now: () => 0,
    key: () => KEY,
    version: '1',
    redact: String,
    accounts,
  });
  const ask = (method: string, path: string, body?: string, headers = { authorization: `Bearer ${KEY}` }) =>
    app.request(`/api/accounts${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
  return { asked, ask, app };
}

describe('/api/accounts', () => {
  it('answers each of its paths with the status of the contract', async () => {
    const { asked, ask } = setup();
    const at = `/${encodeURIComponent(hostile)}`;
    const answers = [
      await ask('GET', ''),
      await ask('POST', '', '{"email":"ada"}'),
      await ask('PATCH', at, '{"enabled":false}'),
      await ask('DELETE', at),
      await ask('POST', `${at}/test`),
      await ask('POST', `${at}/reset`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 201, 200, 204, 200, 200]);
    expect(await answers[0]?.json()).toEqual({ accounts: [view] });
    expect(await answers[3]?.text()).toBe('');
    expect(asked).toEqual([
      ['add', { email: 'ada' }],
      ['change', hostile, { enabled: false }],
      ['remove', hostile],
      ['test', hostile],
      ['reset', hostile],
    ]);
  });

  it('asks for the admin key everywhere', async () => {
    const { asked, ask } = setup();
    for (const [method, path] of [
      ['GET', ''],
      ['POST', ''],
      ['PATCH', '/a'],
      ['DELETE', '/a'],
      ['POST', '/a/test'],
      ['POST', '/a/reset'],
    ] as const) {
      expect(
        (await ask(method, path, method === 'GET' ? undefined : '{}', { authorization: 'Bearer wrong' })).status,
      ).toBe(401);
    }
    expect(asked).toEqual([]);
  });

  it.each([
    ['invalid', 400],
    ['unknown', 404],
    ['conflict', 409],
    ['unavailable', 503],
  ] as const)('tells a refusal that is %s as %i', async (refused, status) => {
    const { ask } = setup({ refused, message: 'because' });
    for (const answer of [await ask('POST', '', '{}'), await ask('DELETE', '/a'), await ask('POST', '/a/reset')]) {
      expect(answer.status).toBe(status);
      expect(await answer.json()).toEqual({ error: { message: 'because' } });
    }
  });

  it.each([
    '{"credential":"canary',
    '',
    '\u0000',
    'canary',
    '{}canary',
    `${Buffer.from([0xff, 0xfe]).toString('latin1')}{`,
  ])('refuses a body that is no JSON without repeating it: %j', async (body) => {
    const { asked, ask } = setup();
    for (const [method, path] of [
      ['POST', ''],
      ['PATCH', '/a'],
    ] as const) {
      const answer = await ask(method, path, body);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toEqual({ error: { message: 'the body is not JSON' } });
    }
    expect(asked).toEqual([]);
  });

  it('reads no body beyond its limit', async () => {
    const { asked, ask } = setup();
    const answer = await ask('POST', '', JSON.stringify({ credential: 'x'.repeat(ACCOUNT_BODY_BYTES_MAX) }));
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(`larger than ${ACCOUNT_BODY_BYTES_MAX} bytes`);
    expect(asked).toEqual([]);
  });

  it('is described in /openapi.json, with the credential as something that is only written', async () => {
    const { app } = setup();
    const document = (await (await app.request('/openapi.json')).json()) as {
      paths: Record<string, Record<string, unknown>>;
      components: { schemas: Record<string, { properties: Record<string, unknown> }> };
    };
    expect(Object.keys(document.paths['/api/accounts'] ?? {})).toEqual(['get', 'post']);
    expect(Object.keys(document.paths['/api/accounts/{email}'] ?? {})).toEqual(['patch', 'delete']);
    expect(document.paths['/api/accounts/{email}/test']).toHaveProperty('post');
    expect(document.paths['/api/accounts/{email}/reset']).toHaveProperty('post');
    expect(document.components.schemas.AccountInput?.properties.credential).toMatchObject({ writeOnly: true });
  });
});
