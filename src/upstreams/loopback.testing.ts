/** Real servers on the loopback interface for the tests of this room, and a world in which time stands still. */

import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import { afterEach } from 'vitest';
import type { AccountConfig } from '../model/config.ts';
import { Refusal } from '../model/failure.ts';
import type { Transport } from '../model/ports.ts';
import type { ClientRequest } from '../model/request.ts';
import { capabilitiesOf } from '../routing/capabilities.ts';
import { createAdapters } from './adapters.ts';
import { createTransport, type TransportOptions } from './transport.ts';
import { readGoogleCredential } from './vertex/google-credential.ts';
import type { Tokens } from './vertex/token.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(closeAll);

/** Happens by itself after each test. */
export async function closeAll(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

export function ownTransport(options?: TransportOptions): Transport {
  const transport = createTransport(options);
  cleanups.push(() => transport.close());
  return transport;
}

export async function serve(handle: (request: IncomingMessage, response: ServerResponse) => unknown) {
  const server = createServer((request, response) => void handle(request, response));
  const arrived = once(server, 'request') as Promise<[IncomingMessage]>;
  const gone = arrived.then(([request]) => closing(request.socket));
  return { origin: await listen(server), server, arrived, gone };
}

/** `answer` is called with the first bytes of each connection. */
export async function serveRaw(answer: (socket: Socket, n: number, text: string) => void): Promise<string> {
  let n = 0;
  const server = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (data) => {
      n += 1;
      answer(socket, n, data.toString('latin1'));
    });
  });
  return listen(server);
}

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly closed: Promise<unknown>;
}

/** Notes what it is asked and answers with `{}` under this status, or with a stream that does not end. */
export async function serveNoting(answer: number | 'stream' = 200): Promise<{ origin: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const { origin } = await serve(async (request, response) => {
    const closed = closing(request.socket);
    const { method = '', url = '', headers } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    seen.push({ method, url, headers, body: Buffer.concat(chunks).toString('utf8'), closed });
    if (answer === 'stream') response.write('data: {}\n\n');
    else response.writeHead(answer, { location: 'http://elsewhere.example/' }).end('{}');
  });
  return { origin, seen };
}

export function closing(socket: Socket): Promise<unknown> {
  return new Promise((resolve) => socket.once('close', resolve));
}

export function signal(): AbortSignal {
  return new AbortController().signal;
}

export async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** The failure of a refusal; anything else is thrown. */
export async function failureOf(pending: Promise<unknown>) {
  const outcome: unknown = await pending.catch((error: unknown) => error);
  if (!(outcome instanceof Refusal)) throw new Error(`no refusal: ${String(outcome)}`);
  return outcome.failure;
}

/** Time moves when `time` is set; alarms ring when told to. */
export function stillWorld() {
  const rings = new Set<() => void>();
  let alarmWasSet: () => void = () => {};
  const world = {
    time: Date.UTC(2026, 10, 20),
    alarmSet: new Promise<void>((resolve) => {
      alarmWasSet = resolve;
    }),
    /** Alarms that are set and neither cancelled nor rung. */
    get alarms() {
      return rings.size;
    },
    ring() {
      for (const ring of [...rings]) ring();
    },
    now: () => world.time,
    elapsed: () => world.time,
    random: () => 0,
    id: () => '',
    sleep: () => Promise.resolve(),
    alarm(_ms: number, ring: () => void) {
      rings.add(ring);
      alarmWasSet();
      return { cancel: () => void rings.delete(ring) };
    },
  };
  return world;
}

// ---------------------------------------------------------------- for the adapters

export const bodies = {
  anthropic: '{"model":"claude-x","max_tokens":9,\n "messages":[{"role":"user","content":"é"}],"stream":true}',
  gemini: '{"contents":[{"parts":[{"text":"é"}]}]}',
};
export const userCredential = JSON.stringify({
  type: 'authorized_user',
  client_id: 'i',
  client_secret: 's',
  refresh_token: 'r',
});

export function adapters(secret: string, tokens?: Tokens) {
  const transport = ownTransport();
  const credentials = { secret: async () => secret };
  return createAdapters({
    transport,
    world: stillWorld(),
    credentials,
    capabilities: capabilitiesOf,
    version: '1.2.3',
    ...(tokens ? { tokens } : {}),
  });
}

/** Hands out token-1, and token-2 after that was dropped. */
export function fixedTokens(fresh = false): Tokens & { readonly dropped: string[] } {
  const dropped: string[] = [];
  return {
    dropped,
    async token(account) {
      const credential = readGoogleCredential(userCredential, account);
      return { token: `token-${dropped.length + 1}`, fresh, credential };
    },
    drop: (token) => void dropped.push(token),
  };
}

export function accountOf(provider: AccountConfig['provider'], baseUrl: string): AccountConfig {
  const common = { email: 'ada@example.com', provider, credential: 'env:KEY', baseUrl, allowPrivate: true };
  return {
    ...common,
    models: ['*'],
    weight: 1,
    enabled: true,
    ...(provider === 'vertex' ? { project: 'my-project' } : {}),
  };
}

export function ask(
  protocol: 'anthropic' | 'gemini',
  body: string,
  passHeaders: Record<string, string> = {},
): ClientRequest {
  const json = JSON.parse(body) as Record<string, unknown>;
  const bytes = Buffer.from(body);
  return { protocol, operation: 'generate', model: 'claude-x', framing: 'sse', body: bytes, json, passHeaders };
}

async function listen(server: Server | TcpServer): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
