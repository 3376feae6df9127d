/**
 * A client that costs little: HTTP/1.1 over kept sockets, one request at a time on each. It checks that every stream came whole; of some it
 * compares every byte with what the upstream sent.
 */

import { connect, type Socket } from 'node:net';
import type { World } from '../../src/model/ports.ts';
import { answerEvents, type Pace, requestBody } from '../answers.ts';

export interface StreamEnd {
  readonly firstByteMs: number;
  /** Reads that brought the answer. */
  readonly pieces: number;
}

export interface Client {
  /** Rejects when the answer is not whole. `exact` compares every byte with the answer of eventsPerStream events. */
  stream(port: number, pace: Pace, exact?: boolean): Promise<StreamEnd>;
  /** Starts a stream that does not end by itself; resolves at its first byte. */
  hold(port: number): Promise<Held>;
}
export interface Held {
  /** Events received so far. */
  readonly events: () => number;
  readonly alive: () => boolean;
  readonly leave: () => void;
}

const lastChunk = Buffer.from('0\r\n\r\n');
const firstEvent = 'event: message_start';
const answerIsSlowMs = 60_000;

export function createClient(world: World): Client {
  const idle = new Map<number, Socket[]>();
  const take = (port: number): Promise<Socket> => {
    const socket = idle.get(port)?.pop();
    return socket === undefined || socket.destroyed ? dial(port) : Promise.resolve(socket);
  };
  const giveBack = (port: number, socket: Socket): void => {
    const sockets = idle.get(port) ?? [];
    sockets.push(socket);
    idle.set(port, sockets);
  };
  return {
    async stream(port, pace, exact = false) {
      const socket = await take(port);
      const { pieces, firstByteMs } = await exchange(socket, port, pace, world);
      check(pieces, exact);
      giveBack(port, socket);
      return { firstByteMs, pieces: pieces.length };
    },
    async hold(port) {
      const socket = await dial(port);
      let events = 0;
      await new Promise<void>((resolve, reject) => {
        socket.on('data', (piece) => {
          events += countOf(piece, 'event: ');
          if (events > 0) resolve();
        });
        socket.once('close', () => reject(new Error('a slow stream was closed before its first byte')));
        socket.write(requestOf(port, 'claude-bench-slow'));
      });
      return { events: () => events, alive: () => !socket.destroyed, leave: () => socket.destroy() };
    },
  };
}

function dial(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => socket.destroy());
      resolve(socket);
    });
  });
}

interface Came {
  readonly pieces: readonly Buffer[];
  readonly firstByteMs: number;
}

function exchange(socket: Socket, port: number, pace: Pace, world: World): Promise<Came> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let firstByteMs = -1;
    const request = requestOf(port, pace);
    const asked = world.elapsed();
    const settle = (): void => {
      late.cancel();
      socket.off('data', onData);
      socket.off('close', onClose);
    };
    const onData = (piece: Buffer): void => {
      pieces.push(piece);
      // The head may come by itself; the first byte of the answer is what a reader waits for.
      if (firstByteMs < 0 && piece.indexOf(firstEvent) >= 0) firstByteMs = world.elapsed() - asked;
      if (!endsWithLastChunk(pieces)) return;
      settle();
      resolve({ pieces, firstByteMs });
    };
    const onClose = (): void => {
      settle();
      reject(new Error(`the connection to ${port} was closed before the answer was whole`));
    };
    const late = world.alarm(answerIsSlowMs, () => socket.destroy());
    socket.on('data', onData);
    socket.once('close', onClose);
    socket.write(request);
  });
}

function endsWithLastChunk(pieces: readonly Buffer[]): boolean {
  const last = pieces[pieces.length - 1] as Buffer;
  const tail = last.length >= lastChunk.length ? last : Buffer.concat(pieces.slice(-lastChunk.length));
  return tail.length >= lastChunk.length && tail.subarray(tail.length - lastChunk.length).equals(lastChunk);
}

function check(pieces: readonly Buffer[], exact: boolean): void {
  if (!(pieces[0] as Buffer).toString('latin1', 0, 12).startsWith('HTTP/1.1 200')) {
    throw new Error(`an answer was refused: ${Buffer.concat(pieces).toString('utf8', 0, 400)}`);
  }
  const tail = Buffer.concat(pieces.slice(-4));
  if (tail.indexOf('event: message_stop') < 0) throw new Error('an answer came without its end');
  if (exact && !bodyOf(Buffer.concat(pieces)).equals(wholeAnswer)) throw new Error('an answer was changed on its way');
}

const wholeAnswer = Buffer.concat([...answerEvents()]);

function bodyOf(message: Buffer): Buffer {
  const parts: Buffer[] = [];
  let at = message.indexOf('\r\n\r\n') + 4;
  for (;;) {
    const lineEnd = message.indexOf('\r\n', at);
    const size = Number.parseInt(message.toString('latin1', at, lineEnd), 16);
    if (!(size > 0)) return Buffer.concat(parts);
    parts.push(message.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}

const requests = new Map<string, Buffer>();

function requestOf(port: number, pace: Pace): Buffer {
  const key = `${port} ${pace}`;
  const known = requests.get(key);
  if (known !== undefined) return known;
  const body = requestBody(pace);
  const head = [
    'POST /v1/messages HTTP/1.1',
    `host: 127.0.0.1:${port}`,
    'content-type: application/json',
    'accept: text/event-stream',
    'anthropic-version: 2023-06-01',
    'user-agent: bench',
    `content-length: ${body.length}`,
  ];
  const made = Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
  requests.set(key, made);
  return made;
}

function countOf(bytes: Buffer, text: string): number {
  let count = 0;
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + text.length)) count += 1;
  return count;
}
