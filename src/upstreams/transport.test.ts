import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { TransportRequest } from '../model/ports.ts';
import { ownTransport, serve, serveRaw, signal, textOf } from './loopback.testing.ts';
import type { Resolve } from './private-address.ts';

describe('a transport', () => {
  it('sends method, path, query, headers and the very bytes of the body', async () => {
    const seen: { url?: string; method?: string; headers?: IncomingMessage['headers']; body?: Buffer } = {};
    const { origin } = await serve(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      Object.assign(seen, {
        url: request.url,
        method: request.method,
        headers: request.headers,
        body: Buffer.concat(chunks),
      });
      response.setHeader('X-Two', ['a', 'b']);
      response.end('done');
    });
    const body = Buffer.from([0, 255, 10, 13, 128, 123]);
    const answer = await ownTransport().request(
      post(`${origin}/v1/x:y?alt=sse&z=%2F`, { body, headers: { 'X-A': 'b', 'accept-encoding': 'gzip' } }),
      signal(),
    );
    expect(answer.status).toBe(200);
    expect(answer.headers['x-two']).toBe('a, b');
    expect(await textOf(answer.body)).toBe('done');
    expect(seen).toMatchObject({ url: '/v1/x:y?alt=sse&z=%2F', method: 'POST' });
    expect(seen.headers).toMatchObject({ 'x-a': 'b', 'accept-encoding': 'identity', 'content-length': '6' });
    expect(seen.body).toEqual(body);
  });

  it('does not follow a redirect', async () => {
    const paths: string[] = [];
    const { origin } = await serve((request, response) => {
      paths.push(request.url ?? '');
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    const answer = await ownTransport().request(post(`${origin}/a`), signal());
    expect(answer.status).toBe(302);
    await textOf(answer.body);
    expect(paths).toEqual(['/a']);
  });

  it('does not inflate a body', async () => {
    const { origin } = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('raw'),
    );
    expect(await textOf((await ownTransport().request(post(origin), signal())).body)).toBe('raw');
  });

  it('closes the socket when the caller aborts before the headers', async () => {
    const { origin, arrived, gone } = await serve(() => {});
    const controller = new AbortController();
    const reason = new Error('left');
    const pending = ownTransport().request(post(origin), controller.signal);
    await arrived;
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
    await gone;
  });

  it('closes the socket when the caller aborts in the body, and the body rejects with the reason', async () => {
    const { origin, gone } = await serve((_request, response) => response.write('first'));
    const controller = new AbortController();
    const reason = new Error('left');
    const answer = await ownTransport().request(post(origin), controller.signal);
    const iterator = answer.body[Symbol.asyncIterator]();
    expect(String(Buffer.from((await iterator.next()).value as Uint8Array))).toBe('first');
    const waiting = iterator.next();
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await gone;
  });

  it('closes the socket when the reader leaves early, even while it waits for the next bytes', async () => {
    for (const waiting of [false, true]) {
      const { origin, gone } = await serve((_request, response) => response.write('first'));
      const answer = await ownTransport().request(post(origin), signal());
      const iterator = answer.body[Symbol.asyncIterator]();
      await iterator.next();
      const next = waiting ? iterator.next().catch(() => undefined) : undefined;
      await iterator.return?.();
      await next;
      await gone;
    }
  });

  it('leaves at once when the signal aborts while the connection is still being made', async () => {
    let release: (() => void) | undefined;
    const resolve: Resolve = (_name, _family, done) => {
      release = () => done(null, [{ address: '127.0.0.1', family: 4 }]);
    };
    const controller = new AbortController();
    const pending = ownTransport({ resolve }).request(post('http://slow.example:9/'), controller.signal);
    const reason = new Error('left');
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
    release?.();
  });

  it('removes its abort listener once an answer has ended', async () => {
    const { origin } = await serve((_request, response) => response.end('x'));
    const controller = new AbortController();
    const listeners = { count: 0 };
    const add = controller.signal.addEventListener.bind(controller.signal);
    const remove = controller.signal.removeEventListener.bind(controller.signal);
    controller.signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners.count += 1;
      add(...args);
    };
    controller.signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners.count -= 1;
      remove(...args);
    };
    const answer = await ownTransport().request(post(origin), controller.signal);
    await textOf(answer.body);
    await new Promise((done) => setImmediate(done));
    expect(listeners.count).toBeLessThanOrEqual(0);
  });

  it('rejects when the body breaks off', async () => {
    const { origin } = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      response.once('drain', () => {});
      setImmediate(() => response.destroy());
    });
    const answer = await ownTransport().request(post(origin), signal());
    await expect(textOf(answer.body)).rejects.toThrow();
  });

  it('uses a connection of a server that is not the provider’s own for one request only', async () => {
    const { origin, server } = await serve((_request, response) => response.end('x'));
    let connections = 0;
    server.on('connection', () => {
      connections += 1;
    });
    const shared = ownTransport();
    for (let n = 0; n < 5; n += 1) await textOf((await shared.request(post(origin), signal())).body);
    expect(connections).toBe(5);
  });

  it('never gives one request the bytes that a server sent ahead for another', async () => {
    const origin = await serveRaw((socket, n) => {
      socket.write(
        `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n#${n}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nPOISON`,
      );
    });
    const shared = ownTransport();
    for (let n = 0; n < 200; n += 1) {
      const text = await shared.request(post(origin), signal()).then((answer) => textOf(answer.body), String);
      expect(text).not.toContain('POISON');
    }
  });
});

describe('headers that must not be sent', () => {
  it.each([
    ['x-a', 'b\r\nx-evil: 1'],
    ['x-a', 'b\nc'],
    ['x-a', 'b\0c'],
    ['x-a', 'snow ☃'],
    ['x\r\nevil', '1'],
    ['x evil', '1'],
    ['', '1'],
    ['Transfer-Encoding', 'chunked'],
    ['content-length', '0'],
    ['host', 'evil.example'],
    ['connection', 'x-api-key'],
  ])('%j: %j is refused without being quoted', async (name, value) => {
    let asked = 0;
    const { origin } = await serve((_request, response) => {
      asked += 1;
      response.end();
    });
    const failed = ownTransport().request(post(origin, { headers: { [name]: value } }), signal());
    await expect(failed).rejects.toMatchObject({ code: 'ERR_UNSENDABLE' });
    await expect(failed).rejects.not.toMatchObject({ message: expect.stringContaining('evil.example') });
    expect(asked).toBe(0);
  });

  it.each(['ftp://127.0.0.1/', 'file:///etc/passwd', 'http://user:secret@127.0.0.1/'])(
    '%s is no destination',
    async (url) => {
      await expect(ownTransport().request(post(url), signal())).rejects.toMatchObject({ code: 'ERR_UNSENDABLE' });
    },
  );
});

describe('a proxy', () => {
  it('gets a CONNECT for https destinations, and nothing for loopback or NO_PROXY ones', async () => {
    const asked: string[] = [];
    const origin = await serveRaw((socket, _n, text) => {
      asked.push(text.split('\r\n')[0] ?? '');
      socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n');
    });
    const resolve: Resolve = (_name, _family, done) =>
      done(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), []);
    const shared = ownTransport({ httpsProxy: origin, noProxy: 'direct.example', resolve });
    const fate = (url: string, allowPrivate: boolean) =>
      shared.request(post(url, { allowPrivate }), signal()).then(
        () => 'answered',
        (error: { code?: string }) => error.code,
      );
    expect(await fate('https://api.example/v1/x', false)).toBe('UND_ERR_ABORTED');
    expect(asked).toEqual(['CONNECT api.example:443 HTTP/1.1']);
    expect(await fate('https://direct.example/', false)).toBe('ENOTFOUND');
    expect(await fate('https://127.0.0.1:9/', true)).toBe('ECONNREFUSED');
    expect(await fate('https://169.254.169.254/', false)).toBe('ERR_PRIVATE_ADDRESS');
    expect(asked).toHaveLength(1);
  });
});

function post(url: string, more: Partial<TransportRequest> = {}): TransportRequest {
  return { method: 'POST', url, headers: {}, body: Buffer.from('{}'), allowPrivate: true, ...more };
}
