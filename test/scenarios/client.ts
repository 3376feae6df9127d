/** A client of the gateway over `node:http`: it keeps every byte of an answer as it came, inflates nothing, follows nothing and retries nothing. */

import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';

export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  readonly text: string;
}

/** Shared by the questions that wait for their whole answer. */
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Asks and waits for the whole answer. Rejects when the connection breaks before its end. */
export async function ask(url: string, question: Question = {}): Promise<Answer> {
  const open = start(url, question, agent);
  const response = await open.response;
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  if (!response.complete) throw new Error('the answer broke off');
  const bytes = Buffer.concat(pieces);
  return { status: response.statusCode ?? 0, headers: flat(response), bytes, text: bytes.toString('utf8') };
}

/** `ask` with a JSON body. */
export function askJson(url: string, json: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return ask(url, { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(json) });
}

export interface OpenQuestion {
  readonly request: ClientRequest;
  /** Resolves with the headers; the body is not read yet. */
  readonly response: Promise<IncomingMessage>;
  /** The client goes away without a word. */
  leave(): void;
}

/** Asks on a connection of its own, so that leaving closes exactly that. */
export function start(url: string, { method = 'POST', headers = {}, body }: Question, via?: Agent): OpenQuestion {
  const unannounced = body === undefined || headers['transfer-encoding'] !== undefined;
  const length = unannounced ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const request = httpRequest(url, { method, headers: { ...length, ...headers }, agent: via ?? false });
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
  });
  // A client that has left does not ask how it ended.
  response.catch(() => undefined);
  request.on('error', () => undefined);
  request.end(body);
  return { request, response, leave: () => void request.destroy() };
}

export interface RawAnswer {
  readonly text: string;
  /** The other side closed the connection; otherwise it said nothing more for `quietMs`. */
  readonly closed: boolean;
}

/** Sends bytes as they are and gives back what came until the other side closed, or until it was quiet for too long. */
export function askRaw(port: number, bytes: string | Uint8Array, quietMs: number): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let text = '';
    let closed = true;
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setNoDelay(true);
    socket.setTimeout(quietMs, () => {
      closed = false;
      socket.destroy();
    });
    socket.on('data', (piece) => {
      text += piece.toString('latin1');
    });
    // A reset is an answer too.
    socket.on('error', () => undefined);
    socket.once('close', () => resolve({ text, closed }));
  });
}

function flat(response: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}
