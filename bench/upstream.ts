/**
 * The upstream of the benchmarks: its own process, a bare TCP server that knows just enough HTTP and sends bytes that were built beforehand, so
 * that it costs as little of the shared cores as it can. It is never measured.
 */

import { createServer, type Socket } from 'node:net';
import { createWorld } from '../src/world.ts';
import { answerEvents, eventsToFirstWord, type Pace } from './answers.ts';
import { serveParent } from './child.ts';
import { createPacer, type Pacer } from './pacer.ts';

const pacedMs = 5;
const slowMs = 1_000;
const briefEvents = 12;
/** Longer than any measurement holds its streams. */
const slowEvents = 1_000;

const world = createWorld();
const whole = answerEvents().map(chunk);
const brief = answerEvents(briefEvents).map(chunk);
const slow = answerEvents(slowEvents).map(chunk);
const lastChunk = Buffer.from('0\r\n\r\n');
const head = headOf('keep-alive');
const closingHead = headOf('close');
const paced = createPacer(world, { periodMs: pacedMs, slots: 5 });
const slowly = createPacer(world, { periodMs: slowMs, slots: 100 });

const server = createServer({ noDelay: true }, serve);
server.listen(0, '0.0.0.0', 4_096, () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  serveParent({ port: address.port, pid: process.pid }, {});
});

interface Asked {
  readonly pace: Pace;
  readonly closes: boolean;
  readonly bytes: number;
}

function serve(socket: Socket): void {
  let waiting: Buffer = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (piece) => {
    waiting = waiting.length === 0 ? piece : Buffer.concat([waiting, piece]);
    const asked = readRequest(waiting);
    if (asked === undefined) return;
    waiting = waiting.subarray(asked.bytes);
    answer(socket, asked);
  });
}

/** Undefined until the request is whole. */
function readRequest(bytes: Buffer): Asked | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const text = bytes.toString('latin1', 0, headEnd).toLowerCase();
  const length = Number(/\r\ncontent-length: *(\d+)/.exec(text)?.[1] ?? Number.NaN);
  if (Number.isNaN(length)) throw new Error('the benchmark’s upstream wants a content-length');
  const total = headEnd + 4 + length;
  if (bytes.length < total) return undefined;
  const pace = /"model":"(claude-bench-[a-z-]+)"/.exec(bytes.toString('latin1', headEnd + 4, total))?.[1];
  if (pace === undefined) throw new Error('the request names no pace');
  return { pace: pace as Pace, closes: /\r\nconnection: *close/.test(text), bytes: total };
}

function answer(socket: Socket, { pace, closes }: Asked): void {
  const start = closes ? closingHead : head;
  const end = (): void => {
    if (closes) socket.end(lastChunk);
    else socket.write(lastChunk);
  };
  if (pace === 'claude-bench-at-once') {
    socket.cork();
    socket.write(Buffer.concat([start, ...whole]));
    end();
    socket.uncork();
  } else if (pace === 'claude-bench-brief') {
    socket.write(Buffer.concat([start, ...brief.slice(0, eventsToFirstWord)]));
    socket.write(Buffer.concat(brief.slice(eventsToFirstWord)));
    end();
  } else if (pace === 'claude-bench-slow') {
    socket.write(Buffer.concat([start, ...slow.slice(0, eventsToFirstWord)]));
    drip(slowly, socket, slow.slice(eventsToFirstWord), end);
  } else {
    socket.write(Buffer.concat([start, whole[0] as Buffer]));
    drip(paced, socket, whole.slice(1), end);
  }
}

function drip(pacer: Pacer, socket: Socket, pieces: readonly Buffer[], end: () => void): void {
  let next = 0;
  pacer.add(() => {
    if (socket.destroyed) return 'done';
    socket.write(pieces[next] as Buffer);
    next += 1;
    if (next < pieces.length) return 'more';
    end();
    return 'done';
  });
}

function chunk(event: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${event.length.toString(16)}\r\n`), event, Buffer.from('\r\n')]);
}

function headOf(connection: string): Buffer {
  const lines = [
    'HTTP/1.1 200 OK',
    'content-type: text/event-stream; charset=utf-8',
    'cache-control: no-cache',
    'request-id: req_bench',
    'transfer-encoding: chunked',
    `connection: ${connection}`,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
}
