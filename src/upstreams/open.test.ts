import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Transport, World } from '../model/ports.ts';
import { classifyAnthropic } from './anthropic/classify.ts';
import { closeAll, closing, failureOf, ownTransport, serve, serveRaw, stillWorld, textOf } from './loopback.testing.ts';
import { openUpstream } from './open.ts';

describe('opening an upstream', () => {
  it('answers with an unread body and the provider’s request id', async () => {
    const { origin } = await serve((_request, response) =>
      response.writeHead(200, { 'request-id': 'req_7' }).end('data: x\n\n'),
    );
    const answer = await open(origin);
    expect(answer).toMatchObject({ status: 200, requestId: 'req_7' });
    expect(await textOf(answer.body)).toBe('data: x\n\n');
  });

  it('refuses with the failure that the classifier reads', async () => {
    const body = '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}';
    const { origin } = await serve((_request, response) =>
      response.writeHead(529, { 'x-request-id': 'abc', 'retry-after': '4' }).end(body),
    );
    await expect(refused(origin)).resolves.toEqual({
      kind: 'overloaded',
      reach: 'refused',
      status: 529,
      detail: 'Overloaded',
      retryAfterMs: 4_000,
      body,
      requestId: 'abc',
    });
  });

  it('names a redirect without its secrets and does not go there', async () => {
    let asked = 0;
    const { origin } = await serve((_request, response) => {
      asked += 1;
      response.writeHead(307, { location: 'http://evil.example/x?key=abc' }).end();
    });
    const told = await refused(origin);
    expect(told).toMatchObject({
      kind: 'server-error',
      status: 307,
      detail: expect.stringContaining('evil.example'),
    });
    expect(JSON.stringify(told)).not.toContain('abc');
    expect(asked).toBe(1);
  });

  it('does not hand the credential back to anybody when the provider quotes it', async () => {
    const key = 'sk-ant-very-secret-key';
    const { origin } = await serve((request, response) => {
      const message = `wrong key ${request.headers['x-api-key']}`;
      response.writeHead(401).end(JSON.stringify({ error: { message } }));
    });
    const told = await refused(origin, { headers: { 'x-api-key': key } });
    expect(told).toMatchObject({ kind: 'credential-refused', detail: 'wrong key [redacted]' });
    expect(JSON.stringify(told)).not.toContain(key);
  });

  it('reads no more than the limit of an endless error body and closes it', async () => {
    const closed: Promise<unknown>[] = [];
    const { origin } = await serve((request, response) => {
      closed.push(closing(request.socket));
      response.writeHead(500);
      const write = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', write);
      };
      write();
    });
    expect(await refused(origin)).toMatchObject({ kind: 'server-error', status: 500 });
    await closed[0];
  });

  it('stops reading an error body that stays silent when the time is over, and keeps what came', async () => {
    const closed: Promise<unknown>[] = [];
    const { origin } = await serve((request, response) => {
      closed.push(closing(request.socket));
      response.writeHead(503).write('{"error":{"message":"so far"}}');
    });
    const world = stillWorld();
    const failed = refused(origin, { world });
    await world.alarmSet;
    await new Promise((done) => setImmediate(done));
    world.ring();
    expect(await failed).toMatchObject({ kind: 'overloaded', status: 503 });
    await closed[0];
  });

  it('rejects with the caller’s own reason when it leaves while an error body is read', async () => {
    const { origin } = await serve((_request, response) => response.writeHead(500).write('x'));
    const world = stillWorld();
    const controller = new AbortController();
    const opened = open(origin, { world, signal: controller.signal });
    await world.alarmSet;
    const reason = new Error('left');
    controller.abort(reason);
    await expect(opened).rejects.toBe(reason);
    expect(world.alarms).toBe(0);
  });

  it('refuses a compressed answer', async () => {
    const { origin } = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'br' }).end('x'),
    );
    expect(await refused(origin)).toMatchObject({ kind: 'garbage' });
  });

  it('passes faults of our own through', async () => {
    const broken = new TypeError('a bug');
    const transport: Transport = { request: () => Promise.resolve({ status: 400, headers: {}, body: emptyBody() }) };
    const opened = openUpstream(
      { transport, world: stillWorld() },
      { method: 'POST', url: 'http://x.example/', headers: {}, allowPrivate: true },
      () => {
        throw broken;
      },
      new AbortController().signal,
    );
    await expect(opened).rejects.toBe(broken);
  });
});

describe('an upstream that cannot be reached', () => {
  it('was not sent anything when the connection is refused', async () => {
    const { origin } = await serve(() => {});
    await closeAll();
    expect(await refused(`${origin}/p?key=secret`)).toMatchObject({
      kind: 'unreachable',
      reach: 'unsent',
      detail: `${new URL(origin).host}: the connection was refused (ECONNREFUSED)`,
    });
  });

  it.each([
    ['closes', (socket: Socket) => socket.end()],
    ['resets', (socket: Socket) => socket.resetAndDestroy()],
    ['talks something else', (socket: Socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n')],
    ['sends half a header', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-')],
    ['sends endless headers', (socket: Socket) => socket.write(`HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(100_000)}\r\n`)],
  ])('left the request unanswered when it %s', async (_what, act) => {
    const origin = await serveRaw(act);
    const told = await refused(`${origin}/p?key=secret`, { headers: { 'x-api-key': 'very-secret' } });
    expect(told).toMatchObject({ kind: 'unreachable', reach: 'unanswered' });
    expect(told.status).toBeUndefined();
    expect(JSON.stringify(told)).not.toContain('secret');
  });

  it('says what to do about a private address', async () => {
    const told = await refused('http://10.0.0.1/p?key=secret', { allowPrivate: false });
    expect(told).toMatchObject({
      kind: 'unreachable',
      reach: 'unsent',
      detail: expect.stringContaining('allow_private: true'),
    });
  });

  it.each([
    ['CERT_HAS_EXPIRED', 'unsent'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'unsent'],
    ['ENOTFOUND', 'unsent'],
    ['UND_ERR_CONNECT_TIMEOUT', 'unsent'],
    ['ECONNRESET', 'unanswered'],
    ['UND_ERR_SOCKET', 'unanswered'],
    ['EPIPE', 'unanswered'],
  ])('%s is found in a wrapped error', async (code, reach) => {
    const inner = Object.assign(new Error('https://x.example/?key=secret'), { code });
    for (const error of [inner, new Error('fetch failed', { cause: inner }), new AggregateError([inner])]) {
      const transport: Transport = { request: () => Promise.reject(error) };
      const told = await refused('https://x.example/?key=secret', { transport });
      expect(told).toEqual({
        kind: 'unreachable',
        reach,
        detail: expect.stringMatching(`^x\\.example: .+ \\(${code}\\)$`),
      });
    }
  });
});

interface OpenOptions {
  readonly headers?: Record<string, string>;
  readonly world?: World;
  readonly signal?: AbortSignal;
  readonly transport?: Transport;
  readonly allowPrivate?: boolean;
}

async function open(url: string, options: OpenOptions = {}) {
  const transport = options.transport ?? ownTransport();
  return openUpstream(
    { transport, world: options.world ?? stillWorld() },
    {
      method: 'POST',
      url,
      headers: options.headers ?? {},
      body: Buffer.from('{}'),
      allowPrivate: options.allowPrivate ?? true,
    },
    classifyAnthropic,
    options.signal ?? new AbortController().signal,
  );
}

function refused(url: string, options?: OpenOptions) {
  return failureOf(open(url, options));
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}
