/** The listening socket with its limits, the answers to what is not HTTP, and the drain: stop accepting, let streams finish, then end them with an error. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { World } from '../model/ports.ts';
import type { Handler } from './handle.ts';

export const headerBytesMax = 32 * 1024;
export const headerCountMax = 200;
export const requestTimeoutMs = 120_000;
export const headersTimeoutMs = 15_000;
export const keepAliveTimeoutMs = 75_000;
export const connectionsMax = 10_000;
/** After the drain, what has not closed by itself is destroyed. */
export const lastCallMs = 2_000;

export interface Listening {
  readonly port: number;
  readonly url: string;
  /** Open exchanges, for the drain. */
  readonly active: () => number;
  /** Resolves when nothing is open any more. `stop` is called when `drainMs` have passed and streams are still open. */
  drain(drainMs: number, stop: () => void): Promise<void>;
  /** Ends at once. */
  destroy(): Promise<void>;
}

export interface ListenOrder {
  readonly host: string;
  readonly port: number;
  readonly handler: Handler;
  readonly world: World;
}

export async function listen(order: ListenOrder): Promise<Listening> {
  let active = 0;
  let draining = false;
  const idle = new Set<() => void>();
  const server = createServer(
    {
      maxHeaderSize: headerBytesMax,
      requestTimeout: requestTimeoutMs,
      headersTimeout: headersTimeoutMs,
      connectionsCheckingInterval: 5_000,
      keepAliveTimeout: keepAliveTimeoutMs,
    },
    (request, response) => {
      active += 1;
      if (draining) response.setHeader('connection', 'close');
      response.once('close', () => {
        active -= 1;
        if (active === 0) for (const ring of idle) ring();
      });
      order.handler.take(request, response);
    },
  );
  server.maxHeadersCount = headerCountMax;
  server.maxConnections = connectionsMax;
  server.timeout = 0;
  server.on('clientError', answerBroken);
  // An expectation we do not know is no reason to refuse a request.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('upgrade', (_request, socket: Duplex) =>
    socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n'),
  );
  const port = await bind(server, order.host, order.port);

  const closed = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return {
    port,
    url: `http://${shownHost(order.host)}:${port}`,
    active: () => active,
    async drain(drainMs, stop) {
      draining = true;
      const done = closed();
      server.closeIdleConnections();
      if (active > 0) await untilIdle(order.world, idle, drainMs);
      if (active > 0) {
        stop();
        await untilIdle(order.world, idle, lastCallMs);
      }
      server.closeAllConnections();
      await done;
      await order.handler.settled(lastCallMs);
    },
    async destroy() {
      const done = closed();
      server.closeAllConnections();
      await done;
      await order.handler.settled(lastCallMs);
    },
  };
}

function untilIdle(world: World, idle: Set<() => void>, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      alarm.cancel();
      idle.delete(done);
      resolve();
    };
    const alarm = world.alarm(limitMs, done);
    idle.add(done);
  });
}

function bind(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/** What the parser refuses never becomes a request; the caller still gets a sentence, in the shape of the path it seems to have asked for. */
function answerBroken(error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const late = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const status = tooLarge ? '431 Request Header Fields Too Large' : late ? '408 Request Timeout' : '400 Bad Request';
  const message = tooLarge
    ? `the request headers are larger than ${headerBytesMax} bytes, or more than ${headerCountMax}`
    : late
      ? 'the request did not arrive in time'
      : 'this is not a well-formed HTTP request';
  const body = brokenBody(error.rawPacket, Number(status.slice(0, 3)), message);
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n`;
  const exchange =
    'x-account-email: none\r\nx-mapped-model: none\r\nx-request-id: none\r\nx-attempts: 0\r\nrequest-id: none\r\n';
  socket.end(`${head}${exchange}\r\n${body}`);
}

function brokenBody(packet: Buffer | undefined, status: number, message: string): string {
  const line = packet?.subarray(0, 256).toString('latin1') ?? '';
  if (/^\w+ \/v1beta\//.test(line) || /^\w+ \/v1\/models\/[^ ]*:/.test(line)) {
    return JSON.stringify({ error: { code: status, message, status: 'INVALID_ARGUMENT' } });
  }
  if (/^\w+ \/v1\/(chat|responses)/.test(line)) {
    return JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: null } });
  }
  return JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message } });
}
