/**
 * A gateway as small as can be, for the self-test alone: it knows the two routes and goes on at the fallback where the primary broke off, as prefill
 * first and then by a user turn. It shows that a broken stream can pass its cell; it must never be taken for a gateway, for it heals nothing else.
 */

import { createServer, type Socket } from 'node:net';
import type { World } from '../../src/model/ports.ts';
import { piecesAfter, wholeText } from './answer.ts';
import { askOnce, type Exchange } from './client.ts';
import { type TurnList, withTurns } from './continuations.ts';
import type { Dialect } from './dialects/dialect.ts';
import { chunkBytes, createWireReader, headBytes, lastChunk } from './http-wire.ts';
import { questionMark } from './route.ts';

/** Long enough for 40 tokens, and short enough for the limit of a first token: this joiner shows nothing before the primary is over. */
const primaryMsMax = 2_000;

export interface JoinerOrder {
  readonly dialect: Dialect;
  readonly world: World;
  readonly primary: { readonly port: number; readonly model: string };
  readonly fallback: { readonly port: number; readonly model: string };
  /** What the joiner does wrong on purpose. */
  readonly flaw?: 'starts-over' | 'loses-a-token';
}

export interface Joiner {
  readonly port: number;
  close(): Promise<void>;
}

export async function startJoiner(order: JoinerOrder): Promise<Joiner> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    const reader = createWireReader('request', {
      head: () => undefined,
      body: () => undefined,
      done: () => void join(socket, order),
    });
    socket.on('data', (bytes) => reader.push(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function join(socket: Socket, order: JoinerOrder): Promise<void> {
  const question = ['user', `${questionMark(1)} Say the sixty tokens.`] as const;
  const first = await ask(order, order.primary, [question]);
  const shown = order.flaw === 'loses-a-token' ? first.reading.text.replace(' tok3', '') : first.reading.text;
  const beginning = ['assistant', first.reading.text] as const;
  const forms: readonly TurnList[] =
    order.flaw === 'starts-over'
      ? [[question]]
      : [
          [question, beginning],
          [question, beginning, ['user', 'Continue exactly where you stopped.']],
        ];
  let rest: Exchange | undefined;
  for (const turns of forms) if (rest?.status !== 200) rest = await ask(order, order.fallback, turns);
  const speech = order.dialect.speech(order.fallback.model, 1);
  const opening = speech.opening();
  const told = [shown, ...pieces(rest?.reading.text ?? '')].map((piece) => speech.token(piece));
  const { finish, marker } = speech.ending();
  socket.write(headBytes('HTTP/1.1 200 OK', { 'content-type': 'text/event-stream', 'transfer-encoding': 'chunked' }));
  for (const event of [...opening, ...told, ...finish, ...marker]) socket.write(chunkBytes(event));
  socket.end(lastChunk);
}

function ask({ dialect, world }: JoinerOrder, route: JoinerOrder['primary'], turns: TurnList): Promise<Exchange> {
  const talking = { ...dialect, question: (model: string) => withTurns(dialect, model, turns) };
  const limits = { givesUpAfterMs: primaryMsMax, leavesAtFault: true };
  return askOnce({ ...route, ...limits, dialect: talking, question: 1, text: '', world });
}

function pieces(text: string): readonly string[] {
  const isRest = wholeText.endsWith(text);
  return isRest ? piecesAfter(wholeText.length - text.length).map((piece) => piece.text) : [text];
}
