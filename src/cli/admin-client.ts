/**
 * Asks the running gateway's admin API on behalf of a command: where it listens is settled as `serve` settles it, and the key is that of its data
 * directory. The key goes to that one address and nowhere else: no proxy, no redirect. It never starts a gateway.
 */

import { Agent, type IncomingMessage, request } from 'node:http';
import { adminKeyIn } from '../archive.ts';
import { dataDirectory, type Environment, type Flags } from '../config/overrides.ts';
import { gatewayUrl } from './gateway-url.ts';
import { prepare } from './prepare.ts';

/** The flags that say where the gateway listens. */
export type AdminFlags = Flags & { readonly config?: string };

export interface AdminAnswer<T> {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The document; what a refusal carries is told by `refusalOf`. */
  readonly body: T;
}

export interface AdminClient {
  readonly url: string;
  readonly dataDirectory: string;
  /** Resolves whatever the status, save 401; rejects with an `AdminFault` when no gateway answers. Paths begin with `/api`. */
  get<T>(path: string): Promise<AdminAnswer<T>>;
  post<T>(path: string, body?: unknown): Promise<AdminAnswer<T>>;
  put<T>(path: string, body: unknown): Promise<AdminAnswer<T>>;
  patch<T>(path: string, body: unknown): Promise<AdminAnswer<T>>;
  delete<T>(path: string): Promise<AdminAnswer<T>>;
  /** The bytes of a long answer (export, live feed) as they come; leaving the loop closes the connection. Rejects for any status but 200. */
  stream(path: string, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}

/** Why a gateway could not be asked, in a sentence for the person at the terminal. `absent`: none runs there. */
export class AdminFault extends Error {
  readonly reason: 'absent' | 'key' | 'stranger' | 'refused';
  constructor(reason: AdminFault['reason'], message: string) {
    super(message);
    this.name = 'AdminFault';
    this.reason = reason;
  }
}

/** `errors`: the configuration that says where the gateway listens cannot be read. */
export function adminClient(given: {
  readonly flags: AdminFlags;
  readonly env: Environment;
}): AdminClient | { readonly errors: readonly string[] } {
  const { flags, env } = given;
  const prepared = prepare(flags, env);
  if ('errors' in prepared) return prepared;
  const { host, port } = prepared.settled.config.server;
  if (port === 0) return { errors: ['port 0 means another port at every start: say which one with --port'] };
  return clientAt(gatewayUrl(host, port), dataDirectory(flags, env).value);
}

export function clientAt(url: string, directory: string): AdminClient {
  const place: Place = { url, directory };
  const json = async <T>(method: string, path: string, body?: unknown): Promise<AdminAnswer<T>> =>
    readDocument<T>(await send(place, { method, path, body }), place);
  return {
    url,
    dataDirectory: directory,
    get: (path) => json('GET', path),
    post: (path, body) => json('POST', path, body),
    put: (path, body) => json('PUT', path, body),
    patch: (path, body) => json('PATCH', path, body),
    delete: (path) => json('DELETE', path),
    async stream(path, signal) {
      const answer = await send(place, { method: 'GET', path, ...(signal === undefined ? {} : { signal }) });
      if (answer.statusCode === 200) return answer;
      throw new AdminFault('refused', refusalOf(await readDocument(answer, place)));
    },
  };
}

/** What a document with a status above 299 says. */
export function refusalOf({ status, body }: AdminAnswer<unknown>): string {
  const error = (body as { error?: { message?: unknown } } | null)?.error;
  return typeof error?.message === 'string' ? error.message : `the gateway answered ${status}`;
}

interface Place {
  readonly url: string;
  readonly directory: string;
}
interface Ask {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** Silence of the gateway that is waited for; the live feed pings more often. */
const SILENCE_MS_MAX = 60_000;
/** Of one document. */
const DOCUMENT_BYTES_MAX = 256 * 1024 * 1024;

function send(place: Place, { method, path, body, signal }: Ask): Promise<IncomingMessage> {
  const key = keyOf(place);
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    authorization: `Bearer ${key}`,
    accept: 'application/json, text/event-stream, */*',
    ...(text === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
  };
  return new Promise((resolve, reject) => {
    // An agent of its own: the shared one may be told by the environment to go through a proxy, which would see the key.
    const agent = new Agent({ keepAlive: false });
    const ask = request(new URL(path, place.url), { method, headers, agent, ...(signal ? { signal } : {}) });
    ask.setTimeout(SILENCE_MS_MAX, () => ask.destroy(new Error(`it said nothing for ${SILENCE_MS_MAX / 1000} s`)));
    ask.on('error', (error) => reject(absent(place, error)));
    ask.on('response', (answer) => {
      if (answer.statusCode !== 401) return resolve(answer);
      answer.resume();
      reject(new AdminFault('key', otherKey(place)));
    });
    ask.end(text);
  });
}

function keyOf({ url, directory }: Place): string {
  const key = readable(() => adminKeyIn(directory));
  if (key !== undefined) return key;
  const hint = 'start one with `antigravity-tools serve`, or say which data directory it uses with --data-dir';
  throw new AdminFault('absent', `no gateway has run with the data directory ${directory} (asked for ${url}): ${hint}`);
}

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new AdminFault('key', error instanceof Error ? error.message : String(error));
  }
}

async function readDocument<T>(answer: IncomingMessage, place: Place): Promise<AdminAnswer<T>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > DOCUMENT_BYTES_MAX) throw new AdminFault('stranger', stranger(place));
    chunks.push(chunk);
  }
  const status = answer.statusCode ?? 0;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (text === '') return { status, headers, body: null as T };
  try {
    return { status, headers, body: JSON.parse(text) as T };
  } catch {
    throw new AdminFault('stranger', stranger(place));
  }
}

function absent({ url }: Place, error: NodeJS.ErrnoException): AdminFault {
  const why = error.code === 'ECONNREFUSED' ? '' : ` (${error.code ?? error.message})`;
  const hint = 'start it with `antigravity-tools serve`, or say where it listens with --host and --port';
  return new AdminFault('absent', `no gateway answers on ${url}${why}: ${hint}`);
}
function otherKey({ url, directory }: Place): string {
  return `the gateway on ${url} does not take the admin key of ${directory}: it uses another data directory, say which with --data-dir`;
}
function stranger({ url }: Place): string {
  return `what answers on ${url} is not this gateway: say where it listens with --host and --port`;
}
