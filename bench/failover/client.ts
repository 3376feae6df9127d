/**
 * The client of this benchmark: one request over one raw connection, read to its end by its own reader. It must never ask again and never hang:
 * its patience has an end.
 */

import { connect } from 'node:net';
import type { World } from '../../src/model/ports.ts';
import type { Dialect, Reading } from './dialects/dialect.ts';
import { createEventCutter } from './event-lines.ts';
import { createWireReader, headBytes } from './http-wire.ts';
import { parsed } from './json.ts';

/** Longer than the slowest answer that passes. */
export const patienceMs = 60_000;
/** After the reason to stop, the end of the body is due. */
export const endingMsMax = 3_000;

/** `clean` by the message's own end · `torn` = the connection broke before it · `open` = it never came. */
export type BodyEnd = 'clean' | 'torn' | 'open';

export interface Exchange {
  readonly question: number;
  readonly startedMs: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly reading: Reading;
  /** From the start of the request; undefined = no token ever came. */
  readonly firstTokenMs: number | undefined;
  /** The longest time without a new token, once tokens had come. */
  readonly longestGapMs: number;
  readonly tookMs: number;
  readonly bodyEnd: BodyEnd;
  /** The body of an answer that is no stream. */
  readonly document: unknown;
}

export interface AskOrder {
  readonly port: number;
  readonly dialect: Dialect;
  readonly model: string;
  readonly question: number;
  readonly text: string;
  readonly world: World;
  /** The default is `patienceMs`. */
  readonly givesUpAfterMs?: number;
  /** Leaves at the first event that the grammar does not allow. */
  readonly leavesAtFault?: boolean;
}

export function askOnce(order: AskOrder): Promise<Exchange> {
  const { world } = order;
  const request = requestBytes(order);
  const startedMs = world.elapsed();
  const heard = createHearing(order, startedMs);
  return new Promise((resolve) => {
    const socket = connect({ port: order.port, host: '127.0.0.1', noDelay: true });
    let over = false;
    let isDone = false;
    const end = (bodyEnd: BodyEnd): void => {
      if (over) return;
      over = true;
      patience.cancel();
      due?.cancel();
      socket.destroy();
      resolve(heard.told(bodyEnd));
    };
    const patience = world.alarm(order.givesUpAfterMs ?? patienceMs, () => end('open'));
    let due: ReturnType<World['alarm']> | undefined;
    const reader = createWireReader('response', {
      head: heard.head,
      body: heard.body,
      done: () => {
        isDone = true;
      },
    });
    socket.on('connect', () => socket.write(request));
    socket.on('data', (bytes) => {
      try {
        reader.push(bytes);
      } catch {
        end('torn');
      }
      if (isDone) end('clean');
      else if (heard.reading.finished) due ??= world.alarm(endingMsMax, () => end('open'));
    });
    socket.on('error', () => end('torn'));
    socket.on('close', () => end(reader.close() ? 'clean' : 'torn'));
  });
}

function createHearing({ dialect, question, world, leavesAtFault = false }: AskOrder, startedMs: number) {
  const reader = dialect.reader();
  const { reading } = reader;
  const cut = createEventCutter();
  const decoder = new TextDecoder();
  let status = 0;
  let headers: Readonly<Record<string, string>> = {};
  let isStream = false;
  let plain = '';
  let firstTokenMs: number | undefined;
  let lastTokenMs = 0;
  let longestGapMs = 0;
  const noteToken = (): void => {
    const nowMs = world.elapsed() - startedMs;
    if (firstTokenMs === undefined) firstTokenMs = nowMs;
    else longestGapMs = Math.max(longestGapMs, nowMs - lastTokenMs);
    lastTokenMs = nowMs;
  };
  return {
    reading,
    head: (head: { readonly start: string; readonly headers: Readonly<Record<string, string>> }): void => {
      status = Number(head.start.split(' ')[1]);
      headers = head.headers;
      isStream = (headers['content-type'] ?? '').startsWith('text/event-stream');
    },
    body: (bytes: Buffer): void => {
      const text = decoder.decode(bytes, { stream: true });
      if (!isStream) {
        plain += text;
        return;
      }
      const before = reading.text.length;
      for (const event of cut(text)) if (!leavesAtFault || reading.faults.length === 0) reader.see(event);
      if (reading.text.length > before) noteToken();
    },
    told: (bodyEnd: BodyEnd): Exchange => {
      const tookMs = world.elapsed() - startedMs;
      const document = isStream ? undefined : parsed(plain);
      return {
        ...{ question, startedMs, status, headers, reading, firstTokenMs, longestGapMs, tookMs, bodyEnd, document },
      };
    },
  };
}

function requestBytes({ dialect, model, text, port }: AskOrder): Buffer {
  const question = dialect.question(model, text);
  const body = Buffer.from(JSON.stringify(question.body));
  const head = headBytes(`POST ${dialect.path(model)} HTTP/1.1`, {
    host: `127.0.0.1:${port}`,
    'content-type': 'application/json',
    'content-length': String(body.length),
    ...question.headers,
  });
  return Buffer.concat([head, body]);
}
