/**
 * One upstream of a cell: a bare TCP server that speaks one dialect, does what its script says and remembers every ask. It must never answer
 * for a model that is not its own, and never say more than what the request leaves to be said.
 */

import { createServer, type Socket } from 'node:net';
import type { World } from '../../src/model/ports.ts';
import { piecesAfter, type Wanted, wantedBy } from './answer.ts';
import type { Dialect, RefusalKind } from './dialects/dialect.ts';
import { chunkBytes, createWireReader, type Head, headBytes, lastChunk } from './http-wire.ts';
import { parsed } from './json.ts';
import { type Act, type AskEnd, type AskRecord, type Script, unmarkedEnds } from './script.ts';

/** A model's pace. */
const tokenMs = 20;
/** What a client's question begins with, so that the asks it leads to are known as its own. */
export const questionMark = (number: number): string => `[question ${number}]`;

export interface RouteOrder {
  readonly role: 'primary' | 'fallback';
  readonly dialect: Dialect;
  readonly model: string;
  readonly inputTokens: number;
  readonly script: Script;
  readonly world: World;
}

export interface Route {
  readonly port: number;
  readonly asks: readonly AskRecord[];
  /** The cell's clock starts. */
  start(): void;
  close(): Promise<void>;
}

export async function openRoute(order: RouteOrder): Promise<Route> {
  const sockets = new Set<Socket>();
  const book: Book = { asks: [], startedMs: order.world.elapsed() };
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    const gone = new AbortController();
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      gone.abort();
    });
    listen(socket, (head, body) => receive(head, body, { socket, order, book, gone: gone.signal }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    asks: book.asks,
    start: () => {
      book.startedMs = order.world.elapsed();
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

interface Book {
  readonly asks: AskRecord[];
  startedMs: number;
}

interface Call {
  readonly socket: Socket;
  readonly order: RouteOrder;
  readonly book: Book;
  readonly gone: AbortSignal;
}

/** Notes the ask and does what the script says to it. */
function receive(head: Head, body: string, { socket, order, book, gone }: Call): void {
  const { dialect, world } = order;
  const [method = '', path = ''] = head.start.split(' ');
  const json = parsed(body);
  const asked = method === 'POST' ? dialect.asked(path, json) : undefined;
  if (asked === undefined || asked !== order.model) {
    refuse(socket, dialect, { kind: 'unknown-model' });
    return;
  }
  const wanted = wantedBy(dialect.turns(json));
  const atMs = world.elapsed();
  const act = order.script({
    number: book.asks.length + 1,
    form: wanted.form,
    sinceStartMs: atMs - book.startedMs,
    sinceFirstAskMs: atMs - (book.asks[0]?.atMs ?? atMs),
  });
  const number = /\[question (\d+)\]/.exec(body)?.[1];
  const record: AskRecord = {
    ...{ route: order.role, question: number === undefined ? undefined : Number(number), atMs, form: wanted.form },
    ...{ body, act, endedMs: undefined, end: undefined },
  };
  book.asks.push(record);
  const note = (end: AskEnd): void => {
    record.end ??= end;
    record.endedMs ??= world.elapsed();
  };
  gone.addEventListener('abort', () => note('left'));
  void perform(act, wanted, { socket, order, note, gone });
}

/** Calls back for the one request of a connection: every answer says `connection: close`. */
function listen(socket: Socket, asked: (head: Head, body: string) => void): void {
  let head: Head | undefined;
  const pieces: Buffer[] = [];
  const reader = createWireReader('request', {
    head: (read) => {
      head = read;
    },
    body: (bytes) => void pieces.push(bytes),
    done: () => {
      if (head !== undefined) asked(head, Buffer.concat(pieces).toString('utf8'));
    },
  });
  socket.on('data', (bytes) => reader.push(bytes));
}

interface Stage {
  readonly socket: Socket;
  readonly order: RouteOrder;
  readonly note: (end: AskEnd) => void;
  readonly gone: AbortSignal;
}

async function perform(act: Act, wanted: Wanted, stage: Stage): Promise<void> {
  const { socket, order, note } = stage;
  if (act.do === 'silent') note('silent');
  else if (act.do === 'reset') {
    note('reset');
    socket.resetAndDestroy();
  } else if (act.do === 'refuse') {
    note('refused');
    refuse(socket, order.dialect, act);
  } else await answer(act, wanted, stage);
}

function refuse(
  socket: Socket,
  dialect: Dialect,
  { kind, retryAfterSeconds }: { readonly kind: RefusalKind; readonly retryAfterSeconds?: number },
): void {
  const { status, body } = dialect.refusal(kind);
  const bytes = Buffer.from(JSON.stringify(body));
  const head = headBytes(`HTTP/1.1 ${status} Refused`, {
    'content-type': 'application/json',
    'content-length': String(bytes.length),
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    connection: 'close',
  });
  socket.end(Buffer.concat([head, bytes]));
}

async function answer(act: Extract<Act, { do: 'answer' }>, wanted: Wanted, stage: Stage): Promise<void> {
  const { socket, order, note, gone } = stage;
  const { world, dialect } = order;
  const speech = dialect.speech(order.model, order.inputTokens);
  let events = 0;
  const say = (event: string): void => {
    events += 1;
    const isBroken = events === act.brokenEvent;
    socket.write(chunkBytes(isBroken ? `${event.trimEnd().slice(0, -Math.floor(event.length / 3))}\n\n` : event));
  };
  const head = { 'content-type': 'text/event-stream', 'transfer-encoding': 'chunked', connection: 'close' };
  socket.write(headBytes('HTTP/1.1 200 OK', head));
  for (const event of speech.opening()) say(event);
  if (act.firstTokenAfterMs !== undefined) await world.sleep(act.firstTokenAfterMs, gone);
  const endsAt = act.cutAfterTokens ?? act.silentAfterTokens ?? Number.POSITIVE_INFINITY;
  for (const piece of piecesAfter(wanted.shownCharacters)) {
    await world.sleep(tokenMs, gone);
    if (gone.aborted) return;
    if (piece.told > endsAt) {
      note(act.cutAfterTokens === undefined ? 'silent' : 'cut');
      if (act.cutAfterTokens !== undefined) socket.end();
      return;
    }
    say(speech.token(piece.text));
  }
  const { finish, marker } = speech.ending();
  for (const event of act.unmarked ? finish : [...finish, ...marker]) say(event);
  note('whole');
  const end = act.unmarked ? unmarkedEnds[dialect.name] : 'clean';
  if (end === 'clean') socket.end(lastChunk);
  else if (end === 'torn') socket.end();
}
