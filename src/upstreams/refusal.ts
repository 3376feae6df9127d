/**
 * What all classifiers share: an upstream's refusal as plain values, the rows of their tables, and how an error body is read and quoted.
 * No status number and no provider sentence stands here; those live in the `classify.ts` of each provider.
 */

import type { Failure, FailureKind } from '../model/failure.ts';

export interface RefusalInput {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** As much of the body as was read. */
  readonly body: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What a refusal says, whatever its wire form; rows match on it. */
export interface Evidence {
  readonly status: number;
  /** The provider's word for the error: an Anthropic `error.type`, a Google `error.status`. */
  readonly type: string;
  /** Machine-readable reasons and quota ids, joined by spaces. */
  readonly reasons: string;
  readonly message: string;
  /** Other texts of the error, joined. */
  readonly details: string;
  /** What `x-should-retry` said, where the provider has such a header. */
  readonly shouldRetry?: boolean | undefined;
}

/** One row of a table: every field that is there must match; the first row that matches decides. */
export interface Row {
  readonly status?: readonly (number | '3xx' | '4xx' | '5xx')[];
  readonly type?: RegExp;
  readonly reasons?: RegExp;
  readonly message?: RegExp;
  readonly details?: RegExp;
  readonly shouldRetry?: boolean;
  readonly kind: FailureKind;
  /** Where the waiting time comes from when no header names one. */
  readonly time?: 'named' | 'pacific-midnight' | 'regain-access' | 'limit-reset';
  readonly why: string;
}

export function findRow(rows: readonly Row[], evidence: Evidence): Row | undefined {
  return rows.find(
    (row) =>
      (row.status === undefined || row.status.some((status) => statusMatches(status, evidence.status))) &&
      (row.type?.test(evidence.type) ?? true) &&
      (row.reasons?.test(evidence.reasons) ?? true) &&
      (row.message?.test(evidence.message) ?? true) &&
      (row.details?.test(evidence.details) ?? true) &&
      (row.shouldRetry === undefined || row.shouldRetry === evidence.shouldRetry),
  );
}

function statusMatches(wanted: number | '3xx' | '4xx' | '5xx', status: number): boolean {
  return typeof wanted === 'number' ? wanted === status : Number(wanted[0]) === Math.floor(status / 100);
}

/** The larger kinds of trouble that a stream only calls an error; what they are is in `status`. */
const streamErrorKinds: ReadonlySet<FailureKind> = new Set(['server-error', 'overloaded']);

/** The same refusal when it came inside a stream that had begun with 200. `status` 0 = the error named none. */
export function asInBand(failure: Failure): Failure {
  const { status, ...rest } = failure;
  return {
    ...rest,
    ...(status === undefined || status === 0 ? {} : { status }),
    kind: streamErrorKinds.has(failure.kind) ? 'stream-error' : failure.kind,
    reach: 'streaming',
  };
}

export type Json = Readonly<Record<string, unknown>>;

export interface ErrorDocument {
  readonly json: Json;
  /** The JSON text, to be handed on; absent when it is too large or had to be rebuilt and could not be. */
  readonly text?: string;
}

/** Larger error bodies are not kept. */
export const keptBodyBytesMax = 64 * 1024;

/** Finds the error object of a body: plain JSON, the array form of unframed streams, an error served as an event stream, legacy text around it. */
export function readErrorDocument(body: string): ErrorDocument | undefined {
  const trimmed = body.trim();
  const direct = parse(trimmed);
  if (isJson(direct)) return { json: direct, ...kept(trimmed) };
  const found = firstObject(direct) ?? firstObject(parse(eventData(trimmed)));
  return found === undefined ? undefined : { json: found, ...kept(rebuilt(found)) };
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Longer messages are cut before any pattern sees them. */
export const messageCharsMax = 8_000;
const detailCharsMax = 500;
const plainDetailCharsMax = 200;

/** The message as one line for people. */
export function messageDetail(message: string): string {
  return oneLine(message, detailCharsMax);
}

/** A body that is no JSON (a proxy's HTML page), as a few words. */
export function plainDetail(body: string): string {
  const visible = body
    .slice(0, messageCharsMax)
    .replace(/<(script|style|head)\b[^>]*>[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ');
  return oneLine(visible, plainDetailCharsMax);
}

/** Names a redirect's target by its host alone: the rest may carry secrets. */
export function redirectDetail(status: number, location: string | undefined): string {
  const host = location !== undefined && URL.canParse(location) ? new URL(location).host : undefined;
  return `the upstream answered with a redirect (${status}${host === undefined ? '' : ` to ${host}`}), which is not followed`;
}

const shouldRetryWords: Readonly<Record<string, boolean>> = { true: true, false: false };

export function shouldRetryOf(headers: Readonly<Record<string, string>>): boolean | undefined {
  return shouldRetryWords[headers['x-should-retry']?.trim().toLowerCase() ?? ''];
}

/** Puts a failure together; what is undefined is left out. */
export function refusal(parts: {
  readonly kind: FailureKind;
  readonly input: RefusalInput;
  readonly message: string;
  readonly document: ErrorDocument | undefined;
  readonly retryAfterMs: number | undefined;
  readonly requestId?: string;
}): Failure {
  const { kind, input, document, retryAfterMs, requestId } = parts;
  const shouldRetry = shouldRetryOf(input.headers);
  const said = parts.message === '' && document === undefined ? plainDetail(input.body) : messageDetail(parts.message);
  return {
    kind,
    reach: 'refused',
    status: input.status,
    detail: said === '' ? `the upstream answered ${input.status} without a message` : said,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(shouldRetry === undefined ? {} : { shouldRetry }),
    ...(document?.text === undefined ? {} : { body: document.text }),
    ...(requestId === undefined || requestId === '' ? {} : { requestId }),
  };
}

/** The failure that a provider's table makes of a refusal. */
export function refusalByRow(
  rows: readonly Row[],
  seen: {
    readonly input: RefusalInput;
    readonly document: ErrorDocument | undefined;
    readonly evidence: Evidence;
    readonly timeMs: (row: Row | undefined) => number | undefined;
  },
): Failure {
  const { input, document, evidence } = seen;
  const row = findRow(rows, evidence);
  const isRedirect = statusMatches('3xx', input.status);
  return refusal({
    kind: row?.kind ?? 'server-error',
    input,
    message: isRedirect ? redirectDetail(input.status, input.headers.location) : evidence.message,
    document,
    retryAfterMs: seen.timeMs(row),
    requestId: text(document?.json.request_id),
  });
}

function parse(source: string): unknown {
  if (source === '') return undefined;
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

function firstObject(value: unknown): Json | undefined {
  const first = Array.isArray(value) ? value.find(isJson) : value;
  return isJson(first) ? first : undefined;
}

/** The `data` of the first event that has any. */
function eventData(body: string): string {
  const lines: string[] = [];
  for (const line of body.split(/\r\n|\n|\r/)) {
    if (line.startsWith('data:')) lines.push(line.slice(5).trimStart());
    else if (line === '' && lines.length > 0) break;
  }
  return lines.join('\n');
}

function kept(source: string | undefined): { readonly text?: string } {
  return source === undefined || Buffer.byteLength(source) > keptBodyBytesMax ? {} : { text: source };
}

/** Nesting that parses may still be too deep to write. */
function rebuilt(json: Json): string | undefined {
  try {
    return JSON.stringify(json);
  } catch {
    return undefined;
  }
}

function oneLine(source: string, charsMax: number): string {
  const line = source
    .slice(0, messageCharsMax)
    .replace(/[\s\0-\x1f\x7f]+/g, ' ')
    .trim();
  return line.length <= charsMax ? line : `${line.slice(0, charsMax - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
