/**
 * A real upstream on a loopback socket that does exactly what a test tells it, and records what it was sent. It knows no API: a test hands it
 * the bytes and how to cut them.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One request that reached the upstream, and the means to answer it. */
export interface UpstreamCall {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The bearer or key it came with. */
  readonly key: string;
  readonly response: ServerResponse;
  /** Bytes of the body that were handed to the socket and taken by it. */
  written: number;
  /** When the gateway closed the connection before the answer was complete; on the clock of `performance.now()`. */
  abortedAt: number | undefined;
}

/** Answers a call. Whatever it leaves open stays open until the other side leaves. */
export type Behaviour = (call: UpstreamCall) => void | Promise<void>;

export interface Upstream {
  readonly url: string;
  readonly calls: readonly UpstreamCall[];
  /** Connections that were ever opened, whether or not a request came of them. */
  readonly connections: number;
  close(): Promise<void>;
}

export async function startUpstream(behave: Behaviour): Promise<Upstream> {
  const calls: UpstreamCall[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const call = callOf(request, response, Buffer.concat(pieces));
      calls.push(call);
      void Promise.resolve(behave(call)).catch((error: unknown) => response.destroy(error as Error));
    });
    request.on('error', () => undefined);
    response.on('error', () => undefined);
  });
  server.on('connection', (socket: Socket) => {
    connections += 1;
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    get connections() {
      return connections;
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      return closed;
    },
  };
}

/** Serves the chunks of a stream, each in a write of its own with a turn of the event loop between. */
export async function serveChunks(
  call: UpstreamCall,
  chunks: readonly Uint8Array[],
  { status = 200, contentType = 'text/event-stream' } = {},
): Promise<void> {
  begin(call, { status, contentType });
  for (const chunk of chunks) {
    await writeChunk(call, chunk);
    await turnOfTheLoop();
  }
  call.response.end();
}

export function begin(
  call: UpstreamCall,
  {
    status = 200,
    contentType = 'text/event-stream',
    headers = {},
  }: { status?: number; contentType?: string; headers?: Readonly<Record<string, string>> } = {},
): void {
  call.response.writeHead(status, { 'content-type': contentType, ...headers });
  call.response.flushHeaders();
}

/** Resolves when the socket has taken the chunk; at once, for ever, when the other side has left. */
export function writeChunk(call: UpstreamCall, chunk: Uint8Array | string): Promise<void> {
  const { response } = call;
  return new Promise((resolve) => {
    if (response.destroyed) return resolve();
    const left = (): void => resolve();
    response.once('close', left);
    response.write(chunk, (error) => {
      response.off('close', left);
      if (!error) call.written += Buffer.byteLength(chunk);
      resolve();
    });
  });
}

export function serveJson(call: UpstreamCall, status: number, json: unknown): void {
  begin(call, { status, contentType: 'application/json' });
  call.response.end(JSON.stringify(json));
}

function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function callOf(request: IncomingMessage, response: ServerResponse, body: Buffer): UpstreamCall {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name] = String(value);
  const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  const key = headers['x-api-key'] ?? headers['x-goog-api-key'] ?? bearer ?? '';
  const { method = '', url: path = '' } = request;
  const call: UpstreamCall = { method, path, headers, body, key, response, written: 0, abortedAt: undefined };
  response.once('close', () => {
    if (!response.writableFinished) call.abortedAt = performance.now();
  });
  return call;
}
