import { verify } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { AccountConfig } from '../../model/config.ts';
import type { Transport } from '../../model/ports.ts';
import { accountOf, closeAll, failureOf, ownTransport, serve, signal, stillWorld } from '../loopback.testing.ts';
import { keys, serviceAccount, user } from './credential-files.testing.ts';
import { createTokens } from './token.ts';

const hour = 3_600_000;

describe('an access token', () => {
  it('is asked for with an assertion that the key signed for the endpoint in use', async () => {
    const endpoint = await serveTokens();
    const { tokens, world } = stage();
    world.time = Date.UTC(2030, 0, 1);
    const access = await tokens.token(endpoint.account, JSON.stringify(serviceAccount), signal());
    expect(access).toMatchObject({ token: 'token-1', fresh: true, credential: { projectId: 'p-1' } });
    const form = new URLSearchParams(endpoint.forms[0]);
    expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    const [head = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.');
    expect(
      verify('RSA-SHA256', Buffer.from(`${head}.${claims}`), keys.publicKey, Buffer.from(signature, 'base64url')),
    ).toBe(true);
    const issued = world.time / 1_000;
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      iss: serviceAccount.client_email,
      aud: endpoint.url,
      iat: issued,
      exp: issued + 3_600,
      scope: 'https://www.googleapis.com/auth/cloud-platform',
    });
  });

  it('is asked for with a user’s refresh token', async () => {
    const endpoint = await serveTokens();
    const access = await stage().tokens.token(endpoint.account, JSON.stringify(user), signal());
    expect(access).toMatchObject({ token: 'token-1', credential: { quotaProject: 'payer-1' } });
    expect(Object.fromEntries(new URLSearchParams(endpoint.forms[0]))).toEqual({
      grant_type: 'refresh_token',
      client_id: 'client',
      client_secret: 'hush',
      refresh_token: '1//refresh',
    });
  });

  it('is fetched once for 200 callers at a time, and kept', async () => {
    const endpoint = await serveTokens();
    const { tokens } = stage();
    const source = JSON.stringify(user);
    const got = await Promise.all(Array.from({ length: 200 }, () => tokens.token(endpoint.account, source, signal())));
    expect(new Set(got.map(({ token }) => token))).toEqual(new Set(['token-1']));
    expect(await tokens.token(endpoint.account, source, signal())).toMatchObject({ token: 'token-1', fresh: false });
    expect(endpoint.forms).toHaveLength(1);
  });

  it('is not shared between credentials', async () => {
    const endpoint = await serveTokens();
    const { tokens } = stage();
    const other = JSON.stringify({ ...user, refresh_token: 'other' });
    const [first, second] = await Promise.all([
      tokens.token(endpoint.account, JSON.stringify(user), signal()),
      tokens.token(endpoint.account, other, signal()),
    ]);
    expect(first.token).not.toBe(second.token);
  });

  it('is renewed in the background at four fifths of its life, while the old one is handed out', async () => {
    const endpoint = await serveTokens();
    const { tokens, world } = stage();
    const next = () => tokens.token(endpoint.account, JSON.stringify(user), signal());
    await next();
    world.time += 0.79 * hour;
    await next();
    expect(endpoint.forms).toHaveLength(1);
    world.time += 0.02 * hour;
    expect(await next()).toMatchObject({ token: 'token-1', fresh: false });
    await endpoint.answered(2);
    await settled(async () => (await next()).token === 'token-2');
    expect(endpoint.forms).toHaveLength(2);
  });

  it('keeps serving while an early renewal fails, and asks again only after a pause', async () => {
    const endpoint = await serveTokens();
    const { tokens, world } = stage();
    const next = () => tokens.token(endpoint.account, JSON.stringify(user), signal());
    await next();
    endpoint.answer = (response) => response.writeHead(503).end('down');
    world.time += 0.85 * hour;
    await next();
    await endpoint.answered(2);
    await settled(async () => world.alarms === 0);
    await next();
    await next();
    expect(endpoint.forms).toHaveLength(2);
    world.time += 10_001;
    expect(await next()).toMatchObject({ token: 'token-1' });
    await endpoint.answered(3);
    await settled(async () => world.alarms === 0);
    world.time += hour;
    await expect(next()).rejects.toMatchObject({ failure: { kind: 'server-error', reach: 'unsent' } });
  });

  it('is fetched anew after it was dropped, once for all callers', async () => {
    const endpoint = await serveTokens();
    const { tokens } = stage();
    const next = () => tokens.token(endpoint.account, JSON.stringify(user), signal());
    const { token } = await next();
    tokens.drop(token);
    tokens.drop(token);
    const got = await Promise.all(Array.from({ length: 20 }, next));
    expect(new Set(got.map((access) => access.token))).toEqual(new Set(['token-2']));
    tokens.drop(token);
    expect(await next()).toMatchObject({ token: 'token-2', fresh: false });
  });

  it('outlives the caller who asked first', async () => {
    const endpoint = await serveTokens();
    let release = () => {};
    endpoint.answer = (response, n) => {
      release = () => endpoint.grant(response, n);
    };
    const { tokens } = stage();
    const controller = new AbortController();
    const first = tokens.token(endpoint.account, JSON.stringify(user), controller.signal);
    const second = tokens.token(endpoint.account, JSON.stringify(user), signal());
    await endpoint.answered(1);
    const reason = new Error('left');
    controller.abort(reason);
    await expect(first).rejects.toBe(reason);
    release();
    expect(await second).toMatchObject({ token: 'token-1' });
  });

  it('gives up when the endpoint stays silent', async () => {
    const endpoint = await serveTokens();
    endpoint.answer = () => {};
    const { tokens, world } = stage();
    const waiting = tokens.token(endpoint.account, JSON.stringify(user), signal());
    await endpoint.answered(1);
    world.ring();
    await expect(waiting).rejects.toMatchObject({ failure: { kind: 'unreachable', reach: 'unsent' } });
  });
});

describe('a token endpoint that refuses', () => {
  it.each([
    [400, { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' }, 'credential-refused'],
    [401, { error: 'invalid_client' }, 'credential-refused'],
    [403, { error: 'access_denied' }, 'permission-refused'],
    [400, { error: 'admin_policy_enforced' }, 'permission-refused'],
    [429, {}, 'rate-limited'],
    [500, {}, 'server-error'],
    [503, {}, 'server-error'],
    [302, {}, 'server-error'],
    [200, {}, 'credential-refused'],
    [200, { access_token: 'a\nb' }, 'credential-refused'],
    [200, { access_token: 7 }, 'credential-refused'],
  ])('%i %j', async (status, answer, kind) => {
    const endpoint = await serveTokens();
    endpoint.answer = (response) =>
      response.writeHead(status, { location: 'https://evil.example/' }).end(JSON.stringify(answer));
    const failure = await failureOf(stage().tokens.token(endpoint.account, JSON.stringify(serviceAccount), signal()));
    expect(failure).toMatchObject({ kind, reach: 'unsent' });
    expect(failure.status).toBeUndefined();
    expect(endpoint.forms).toHaveLength(1);
  });

  it('cannot make us repeat what we sent it', async () => {
    const endpoint = await serveTokens();
    endpoint.answer = (response, n) =>
      response
        .writeHead(400)
        .end(JSON.stringify({ error: 'x', error_description: `you sent ${endpoint.forms[n - 1]}` }));
    const failure = await failureOf(stage().tokens.token(endpoint.account, JSON.stringify(serviceAccount), signal()));
    const assertion = new URLSearchParams(endpoint.forms[0]).get('assertion') ?? '';
    expect(assertion.length).toBeGreaterThan(100);
    for (const part of assertion.split('.')) expect(failure.detail).not.toContain(part.slice(0, 30));
  });

  it('cannot make us repeat a user’s secrets either', async () => {
    const endpoint = await serveTokens();
    endpoint.answer = (response, n) =>
      response
        .writeHead(400)
        .end(JSON.stringify({ error: 'x', error_description: `you sent ${endpoint.forms[n - 1]}` }));
    const failure = await failureOf(stage().tokens.token(endpoint.account, JSON.stringify(user), signal()));
    expect(endpoint.forms[0]).toContain('1%2F%2Frefresh');
    expect(failure.detail).not.toMatch(/hush|%2F%2Frefresh|\/\/refresh/);
  });

  it('is unreachable when nothing listens', async () => {
    const endpoint = await serveTokens();
    await closeAll();
    expect(await failureOf(stage().tokens.token(endpoint.account, JSON.stringify(user), signal()))).toMatchObject({
      kind: 'unreachable',
      reach: 'unsent',
    });
  });
});

/** Waits for what other tasks of this process do, however many turns it takes. */
async function settled(done: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 10_000; turn += 1) {
    if (await done()) return;
    await new Promise((next) => setImmediate(next));
  }
  throw new Error('never settled');
}

function stage(transport: Transport = ownTransport()) {
  const world = stillWorld();
  return { world, tokens: createTokens({ transport, world }) };
}

function account(tokenUrl: string): AccountConfig {
  return { ...accountOf('vertex', 'https://x.example'), tokenUrl };
}

async function serveTokens() {
  const forms: string[] = [];
  let heard: () => void = () => {};
  const endpoint = {
    forms,
    url: '',
    account: account(''),
    grant(response: ServerResponse, n: number) {
      return response.end(JSON.stringify({ access_token: `token-${n}`, expires_in: 3_600, token_type: 'Bearer' }));
    },
    answer: (response: ServerResponse, n: number): unknown => endpoint.grant(response, n),
    /** Resolves when the n-th request has come. */
    async answered(n: number) {
      while (forms.length < n) {
        await new Promise<void>((resolve) => {
          heard = resolve;
        });
      }
    },
  };
  const { origin } = await serve(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    forms.push(Buffer.concat(chunks).toString('utf8'));
    endpoint.answer(response, forms.length);
    heard();
  });
  endpoint.url = `${origin}/token`;
  endpoint.account = account(endpoint.url);
  return endpoint;
}
