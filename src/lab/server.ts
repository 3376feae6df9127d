/**
 * The lab over real sockets, on the loopback unless told otherwise. One port serves every account; what happens to a call is decided by
 * the script. It must never keep a socket or a timer after `close`.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { World } from '../model/ports.ts';
import { execute } from './execute.ts';
import { createOrderCounter, withOrder } from './order.ts';
import { type LabPlanner, planAnswer } from './plan.ts';
import { planCall } from './plan-call.ts';
import {
  accountOf,
  closeRecord,
  createCallCounter,
  type LabCallRecord,
  type OpenRecord,
  openRecord,
  remember,
} from './record.ts';
import { FAIR_SCRIPT, type LabScript } from './script.ts';
import type { LabCall } from './step.ts';

export interface LabOptions {
  readonly host?: string;
  /** 0 or absent picks a free port. */
  readonly port?: number;
  readonly script?: LabScript;
  readonly world: World;
  /** One line for every call that is over. No credentials. */
  readonly log?: (line: string) => void;
  /** Serves something else than the lab's own answers, such as recordings. */
  readonly planner?: LabPlanner;
}
export interface Lab {
  readonly url: string;
  readonly port: number;
  readonly calls: readonly LabCallRecord[];
  readonly openSockets: number;
  setScript(script: LabScript): void;
  /** `false`: nobody listens, new connections are refused and old ones destroyed. `true`: the same port again. */
  setListening(listening: boolean): Promise<void>;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const BODY_BYTES_MAX = 128 * 1024 * 1024;
const HEADER_BYTES_MAX = 64 * 1024;
const KEEP_ALIVE_MS = 60_000;
const ACCOUNT_CHARS_SHOWN = 4;

/** Rejects when the port cannot be had. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const host = options.host ?? HOST;
  const sockets = new Set<Socket>();
  const desk = createDesk(options);
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: HEADER_BYTES_MAX, requestTimeout: 0 },
    (request, response) => desk.serve(request, response),
  );
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  const port = await listen(server, host, options.port ?? 0);
  const hangUp = async (): Promise<void> => {
    await Promise.all([...sockets].map(destroyed));
    await desk.idle();
  };
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    calls: desk.calls,
    get openSockets() {
      return sockets.size;
    },
    setScript: desk.setScript,
    setListening: async (listening) => {
      if (listening === server.listening) return;
      if (listening) await listen(server, host, port);
      else await stop(server, hangUp);
    },
    close: () => (server.listening ? stop(server, hangUp) : hangUp()),
  };
}

interface Desk {
  readonly calls: readonly LabCallRecord[];
  setScript(script: LabScript): void;
  serve(request: IncomingMessage, response: ServerResponse): void;
  /** Resolves when no call is being answered. */
  idle(): Promise<void>;
}

function createDesk(options: LabOptions): Desk {
  const { world, log = () => {}, planner = planAnswer } = options;
  const calls: OpenRecord[] = [];
  const count = createCallCounter();
  const order = createOrderCounter();
  const running = new Set<Promise<void>>();
  let script = options.script ?? FAIR_SCRIPT;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const left = new AbortController();
    response.on('error', () => {});
    let record: OpenRecord | undefined;
    response.on('close', () => {
      if (record) closeRecord(record, 'left', world.elapsed());
      left.abort();
    });
    const body = await readWhole(request);
    if (!body) return void response.destroy();
    const call = withOrder(script, readCall(request, body, count, world), order);
    const { weather, steps } = planCall(script, call, planner);
    record = openRecord(call, weather, world.elapsed());
    remember(calls, record);
    await execute(steps, response, world, left.signal, record);
    closeRecord(record, left.signal.aborted ? 'left' : 'whole', world.elapsed());
    log(lineOf(record));
  };
  return {
    calls,
    setScript: (next) => {
      script = next;
    },
    serve: (request, response) => {
      const task = answer(request, response).finally(() => running.delete(task));
      running.add(task);
    },
    idle: async () => {
      await Promise.all(running);
    },
  };
}

/** The request's body; undefined when the caller leaves or sends too much. */
async function readWhole(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > BODY_BYTES_MAX) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}

function readCall(
  request: IncomingMessage,
  body: Uint8Array,
  count: (account: string, path: string) => number,
  world: World,
): LabCall {
  const target = request.url ?? '/';
  const question = target.indexOf('?');
  const path = question === -1 ? target : target.slice(0, question);
  const query = new URLSearchParams(question === -1 ? '' : target.slice(question + 1));
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const account = accountOf(headers, query);
  const method = request.method ?? 'GET';
  return { account, path, method, query, headers, body, n: count(account, path), now: world.now() };
}

function lineOf(record: LabCallRecord): string {
  const took = Math.round((record.endedMs ?? record.arrivedMs) - record.arrivedMs);
  const account = record.account.slice(0, ACCOUNT_CHARS_SHOWN);
  const end = record.ending === 'left' ? ', the caller left' : '';
  return `${record.method} ${record.path} ${account}… #${record.n} ${record.weather} ${record.status ?? 'no status'} ${record.bytesSent} bytes in ${took} ms${end}`;
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function stop(server: Server, hangUp: () => Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    server.close();
    resolve(hangUp());
  });
}

function destroyed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) return resolve();
    socket.once('close', () => resolve());
    socket.destroy();
  });
}
