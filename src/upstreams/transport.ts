/**
 * Sends HTTP requests to upstreams over undici, one agent per origin. It has no clocks of its own beyond the connect timeout, follows no
 * redirect, inflates nothing and retries nothing: what happened is told to the caller, who decides.
 * It must never connect to a loopback or private address unless the request allows it.
 */

import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import type { Transport, TransportRequest, TransportResponse } from '../model/ports.ts';
import {
  isLoopbackHost,
  isPublicAddress,
  isPublicHost,
  PrivateAddressError,
  plainLookup,
  publicLookup,
  type Resolve,
} from './private-address.ts';

export interface TransportOptions {
  /** The proxy for https destinations (`HTTPS_PROXY`). Loopback destinations never go through it. */
  readonly httpsProxy?: string;
  /** Names that do not go through the proxy (`NO_PROXY`). */
  readonly noProxy?: string;
  /** Another name service, for tests. */
  readonly resolve?: Resolve;
}

/** A header or a URL that must not be sent. Names the header, never its value. */
export class UnsendableError extends Error {
  readonly code = 'ERR_UNSENDABLE';
  constructor(what: string) {
    super(what);
    this.name = 'UnsendableError';
  }
}

/** Agents kept at a time; the least recently used is closed once the requests it carries have ended. */
const agentsMax = 64;
const connectMs = 5_000;
/** Half-open connections are found by TCP keepalive between bytes. */
const tcpKeepaliveMs = 30_000;
/** Short, because a server that closes an idle connection while a request is under way cannot be told from one that failed. */
const keepAliveMs = 4_000;
const keepAliveMaxMs = 30_000;
const connectionsMax = 4096;
/** Providers send many rate-limit headers. */
const headerBytesMax = 64 * 1024;

/** A connection to anything else is used for one request: an untrusted server could answer the next one in advance. */
const firstPartyHosts = /^(api\.anthropic\.com|api\.openai\.com|([a-z0-9-]+\.)*googleapis\.com)$/;

export function createTransport(options: TransportOptions = {}): Transport & { close(): Promise<void> } {
  const agents = new Map<string, Dispatcher>();

  const agentFor = (url: URL, allowPrivate: boolean): Dispatcher => {
    const key = `${allowPrivate ? 'any' : 'public'} ${url.origin}`;
    const agent = agents.get(key) ?? createAgent(url, allowPrivate, options);
    agents.delete(key);
    agents.set(key, agent);
    const oldest = agents.size > agentsMax ? agents.entries().next().value : undefined;
    if (oldest !== undefined) {
      agents.delete(oldest[0]);
      void oldest[1].close().catch(nothing);
    }
    return agent;
  };

  return {
    async request(request, signal) {
      signal.throwIfAborted();
      const url = checkedUrl(request);
      const headers = checkedHeaders(request.headers);
      const answer = await send(agentFor(url, request.allowPrivate), url, request, headers, signal);
      return { status: answer.statusCode, headers: joinedHeaders(answer.headers), body: onePass(answer.body, signal) };
    },
    async close() {
      const open = [...agents.values()];
      agents.clear();
      await Promise.all(open.map((agent) => agent.destroy()));
    },
  };
}

function createAgent(url: URL, allowPrivate: boolean, options: TransportOptions): Dispatcher {
  const lookup = allowPrivate
    ? options.resolve && plainLookup(options.resolve)
    : publicLookup(...(options.resolve ? [options.resolve] : []));
  const shared = {
    headersTimeout: 0,
    bodyTimeout: 0,
    connectTimeout: connectMs,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMaxMs,
    pipelining: firstPartyHosts.test(url.hostname) ? 1 : 0,
    connections: connectionsMax,
    allowH2: false,
    maxHeaderSize: headerBytesMax,
    connect: {
      timeout: connectMs,
      keepAliveInitialDelay: tcpKeepaliveMs,
      autoSelectFamily: true,
      allowH2: false,
      ...(lookup ? { lookup } : {}),
    },
  };
  // undici's types know only Node's own overloads of `lookup`.
  const agentOptions = shared as unknown as Agent.Options;
  const proxy = options.httpsProxy;
  if (proxy === undefined || proxy === '' || url.protocol !== 'https:' || isLoopbackHost(url.hostname)) {
    return new Agent(agentOptions);
  }
  // An empty value, because undici otherwise reads the environment.
  return new EnvHttpProxyAgent({
    ...agentOptions,
    httpProxy: '',
    httpsProxy: proxy,
    noProxy: options.noProxy ?? '',
    requestTls: { allowH2: false },
  });
}

function checkedUrl(request: TransportRequest): URL {
  const url = new URL(request.url);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new UnsendableError(`an upstream's address must begin with https:// or http://, not ${url.protocol}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new UnsendableError(`the address of ${url.host} must not contain a user name or a password`);
  }
  if (request.allowPrivate) return url;
  const literal = /^[\d.]+$|^\[/.test(url.hostname);
  // Names are checked again when they are resolved; this catches literals, which are not, and names that only a proxy would resolve.
  if (literal ? !isPublicAddress(url.hostname) : isLoopbackHost(url.hostname) || !isPublicHost(url.hostname)) {
    throw new PrivateAddressError(url.hostname);
  }
  return url;
}

const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Line breaks and NUL would let a value become a second header or a second request. */
const unsafeValue = /[\0-\x08\x0a-\x1f\x7f]|[^\0-\xff]/;
/** These frame the message; the client of a connection alone may set them. */
const framingHeaders = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

function checkedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const checked: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (!headerName.test(name) || framingHeaders.has(lower))
      throw new UnsendableError(`the header ${JSON.stringify(name)} must not be sent`);
    if (unsafeValue.test(value))
      throw new UnsendableError(`the value of the header ${lower} contains characters that must not be sent`);
    checked[lower] = value;
  }
  checked['accept-encoding'] = 'identity';
  return checked;
}

function send(
  dispatcher: Dispatcher,
  url: URL,
  request: TransportRequest,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  return new Promise((resolve, reject) => {
    let left = false;
    // undici notices an abort only once it is connected; a caller that leaves must not wait for that.
    const leave = () => {
      left = true;
      reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    dispatcher
      .request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: request.method,
        headers,
        body: request.body ?? null,
        signal,
      })
      .then(
        (answer) => {
          signal.removeEventListener('abort', leave);
          if (left) answer.body.on('error', nothing).destroy();
          else resolve(answer);
        },
        (error: unknown) => {
          signal.removeEventListener('abort', leave);
          reject(signal.aborted ? signal.reason : error);
        },
      );
  });
}

/**
 * A body whose `return` destroys the socket at once. The iterator of a Node stream would first wait for a `next` that is under way, which on
 * a silent upstream is forever.
 */
function onePass(stream: Dispatcher.ResponseData['body'], signal: AbortSignal): AsyncIterable<Uint8Array> {
  // A body that nobody reads any more may still break; that is no event for the process.
  stream.on('error', nothing);
  let inner: AsyncIterator<Uint8Array> | undefined;
  const iterator: AsyncIterator<Uint8Array> = {
    async next() {
      inner ??= stream[Symbol.asyncIterator]();
      try {
        return await inner.next();
      } catch (error) {
        throw signal.aborted ? error : withCode(error);
      }
    },
    async return() {
      stream.destroy();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

function joinedHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): TransportResponse['headers'] {
  const joined: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) joined[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return joined;
}

function nothing(): void {}

/** Every break of a body carries a code, by which it is told from a fault of our own; undici's parser gives none when the connection ends too early. */
function withCode(error: unknown): unknown {
  if (!(error instanceof Error) || error.name === 'AbortError') return error;
  if (typeof (error as { code?: unknown }).code === 'string') return error;
  return Object.assign(new Error(error.message, { cause: error }), { code: 'ERR_BODY_BROKEN' });
}
