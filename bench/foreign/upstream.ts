/** The Gemini upstream of the benchmark: a bare TCP server as `bench/upstream.ts` is one, with another dialect's bytes. It is never measured. */

import { createServer, type Socket } from 'node:net';
import { createWorld } from '../../src/world.ts';
import { serveParent } from '../child.ts';
import { createPacer } from '../pacer.ts';
import { geminiEvents } from './answers.ts';

const pacedMs = 5;
const briefEvents = 12;

const world = createWorld();
const whole = geminiEvents().map(chunk);
const brief = geminiEvents(briefEvents).map(chunk);
const lastChunk = Buffer.from('0\r\n\r\n');
const paced = createPacer(world, { periodMs: pacedMs, slots: 5 });

const server = createServer({ noDelay: true }, serve);
server.listen(0, '0.0.0.0', 4_096, () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  serveParent({ port: address.port, pid: process.pid }, {});
});

function serve(socket: Socket): void {
  let waiting: Buffer = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (piece) => {
    waiting = Buffer.concat([waiting, piece]);
    const headEnd = waiting.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = waiting.toString('latin1', 0, headEnd).toLowerCase();
    const bytes = headEnd + 4 + Number(/\r\ncontent-length: *(\d+)/.exec(head)?.[1] ?? Number.NaN);
    if (Number.isNaN(bytes)) throw new Error('the benchmark’s upstream wants a content-length');
    if (waiting.length < bytes) return;
    waiting = waiting.subarray(bytes);
    const pace = /\/gemini-bench-([a-z-]+):streamgeneratecontent/.exec(head)?.[1];
    answer(socket, pace, /\r\nconnection: *close/.test(head));
  });
}

function answer(socket: Socket, pace: string | undefined, closes: boolean): void {
  const start = headOf(closes ? 'close' : 'keep-alive');
  const end = (): void => void (closes ? socket.end(lastChunk) : socket.write(lastChunk));
  if (pace === 'paced') {
    socket.write(start);
    let next = 0;
    paced.add(() => {
      if (socket.destroyed) return 'done';
      socket.write(whole[next++] as Buffer);
      if (next < whole.length) return 'more';
      end();
      return 'done';
    });
    return;
  }
  if (pace !== 'at-once' && pace !== 'brief') throw new Error(`no pace ${pace}`);
  socket.cork();
  socket.write(Buffer.concat([start, ...(pace === 'at-once' ? whole : brief)]));
  end();
  socket.uncork();
}

function chunk(event: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${event.length.toString(16)}\r\n`), event, Buffer.from('\r\n')]);
}

function headOf(connection: string): Buffer {
  const lines = ['HTTP/1.1 200 OK', 'content-type: text/event-stream', 'transfer-encoding: chunked'];
  return Buffer.from(`${[...lines, `connection: ${connection}`].join('\r\n')}\r\n\r\n`);
}
