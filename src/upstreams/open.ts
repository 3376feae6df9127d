/**
 * Sends a request to an upstream and turns everything that is not a 2xx answer into a `Refusal`: no connection, no response, a status.
 * It must never put a URL's query or a credential into a failure, and it leaves no body half read.
 */

import { type Failure, type Reach, Refusal } from '../model/failure.ts';
import type { Transport, TransportRequest, TransportResponse, UpstreamAnswer, World } from '../model/ports.ts';
import type { RefusalInput } from './refusal.ts';

export interface OpenDeps {
  readonly transport: Transport;
  readonly world: World;
}

/** As much of an error body as is read. */
const refusalBytesMax = 1024 * 1024;
const refusalReadMs = 10_000;

/** Rejects with a `Refusal`, or with the signal's reason when the caller left. */
export async function openUpstream(
  deps: OpenDeps,
  request: TransportRequest,
  classify: (input: RefusalInput) => Failure,
  signal: AbortSignal,
): Promise<UpstreamAnswer> {
  const response = await respond(deps.transport, request, signal);
  const requestId = requestIdOf(response.headers);
  const id = requestId === undefined ? {} : { requestId };
  if (response.status < 200 || response.status > 299) {
    const bytes = await readSome(response.body, { bytesMax: refusalBytesMax, ms: refusalReadMs }, deps.world, signal);
    const body = withoutSecrets(bytes.toString('utf8'), request.headers);
    const input = { status: response.status, headers: response.headers, body, now: deps.world.now() };
    throw new Refusal({ ...classify(input), ...id }, response.headers);
  }
  if (isCompressed(response.headers)) {
    await response.body[Symbol.asyncIterator]().return?.();
    throw new Refusal({
      kind: 'garbage',
      reach: 'refused',
      detail: `the upstream compressed its answer (${response.headers['content-encoding']}) although it was asked not to`,
      ...id,
    });
  }
  return { status: response.status, headers: response.headers, body: response.body, ...id };
}

/** Sends a request; a failure to get any response is a `Refusal`. */
export async function respond(
  transport: Transport,
  request: TransportRequest,
  signal: AbortSignal,
): Promise<TransportResponse> {
  signal.throwIfAborted();
  try {
    return await transport.request(request, signal);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new Refusal(connectionFailure(error, request.url));
  }
}

/** Reads a body up to a size and for a time, then closes it. What came before a break is kept: a broken error page still says something. */
export async function readSome(
  body: AsyncIterable<Uint8Array>,
  limit: { readonly bytesMax: number; readonly ms: number },
  world: World,
  signal: AbortSignal,
): Promise<Buffer> {
  const iterator = body[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  let stop: () => void = nothing;
  const stopped = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
  });
  const alarm = world.alarm(limit.ms, stop);
  signal.addEventListener('abort', stop, { once: true });
  try {
    while (bytes < limit.bytesMax && !signal.aborted) {
      const step = await Promise.race([iterator.next().catch(nothing), stopped]);
      if (step === undefined || step.done === true) break;
      chunks.push(step.value);
      bytes += step.value.length;
    }
  } finally {
    alarm.cancel();
    signal.removeEventListener('abort', stop);
    iterator.return?.().catch(nothing);
  }
  if (signal.aborted) throw signal.reason;
  return Buffer.concat(chunks).subarray(0, limit.bytesMax);
}

interface ConnectionRow {
  readonly code: RegExp;
  readonly reach: Reach;
  readonly why: string;
}

const connectionRows: readonly ConnectionRow[] = [
  {
    code: /^ERR_PRIVATE_ADDRESS$/,
    reach: 'unsent',
    why: 'a loopback or private address; set allow_private: true for this account if that is meant',
  },
  { code: /^ERR_UNSENDABLE$/, reach: 'unsent', why: 'the request has a header or an address that must not be sent' },
  { code: /^ECONNREFUSED$/, reach: 'unsent', why: 'the connection was refused' },
  { code: /^(ENOTFOUND|EAI_\w+|EDNS)$/, reach: 'unsent', why: 'the name could not be resolved' },
  {
    code: /^(UND_ERR_CONNECT_TIMEOUT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL)$/,
    reach: 'unsent',
    why: 'no connection could be made',
  },
  {
    code: /^(CERT_|ERR_TLS|ERR_SSL|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|EPROTO|UND_ERR_PRX_TLS)/,
    reach: 'unsent',
    why: 'the TLS connection failed',
  },
  // Our own aborts never get this far; this one is a proxy that refuses to connect.
  { code: /^UND_ERR_(PRX|PROXY|ABORTED)/, reach: 'unsent', why: 'the proxy refused the connection' },
  { code: /^HPE_|^UND_ERR_(HEADERS_OVERFLOW|RES_|INFO)/, reach: 'unanswered', why: 'the answer was no valid HTTP' },
  { code: /./, reach: 'unanswered', why: 'the connection broke before an answer' },
];

function connectionFailure(error: unknown, url: string): Failure {
  const code = codeOf(error);
  const connecting = typeof error === 'object' && error !== null && 'syscall' in error && error.syscall === 'connect';
  const row = connectionRows.find((candidate) => candidate.code.test(code ?? '?'));
  return {
    kind: 'unreachable',
    reach: connecting ? 'unsent' : (row?.reach ?? 'unanswered'),
    detail: `${hostOf(url)}: ${row?.why ?? 'the connection broke'}${code === undefined ? '' : ` (${code})`}`,
  };
}

/** The system's code, also of an error that holds others (a name with several addresses, a wrapped cause). */
function codeOf(error: unknown, depth = 0): string | undefined {
  if (typeof error !== 'object' || error === null || depth > 4) return undefined;
  if ('code' in error && typeof error.code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(error.code)) return error.code;
  const inner =
    'errors' in error && Array.isArray(error.errors) ? error.errors[0] : 'cause' in error ? error.cause : undefined;
  return codeOf(inner, depth + 1);
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'the upstream';
}

const requestIdHeaders = [
  'request-id',
  'x-request-id',
  'x-goog-request-id',
  'x-vertex-request-id',
  'x-vertex-ai-request-id',
] as const;
const requestIdCharsMax = 200;

function requestIdOf(headers: Readonly<Record<string, string>>): string | undefined {
  const id = requestIdHeaders.map((name) => headers[name]).find((value) => value !== undefined && value !== '');
  return id !== undefined && id.length <= requestIdCharsMax && /^[!-~]+$/.test(id) ? id : undefined;
}

function isCompressed(headers: Readonly<Record<string, string>>): boolean {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  return encoding !== '' && encoding !== 'identity';
}

const credentialHeaders = ['authorization', 'x-api-key', 'x-goog-api-key'] as const;
/** Shorter values would be found everywhere. */
const secretCharsMin = 8;

/** Google quotes a wrong key back in its debug details. */
function withoutSecrets(body: string, headers: Readonly<Record<string, string>>): string {
  let clean = body;
  for (const name of credentialHeaders) {
    const secret = headers[name]?.replace(/^Bearer\s+/i, '');
    if (secret !== undefined && secret.length >= secretCharsMin) clean = clean.replaceAll(secret, '[redacted]');
  }
  return clean;
}

function nothing(): undefined {
  return undefined;
}
