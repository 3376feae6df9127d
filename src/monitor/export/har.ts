/**
 * Requests as an HTTP archive (HAR 1.2), between client and gateway, with what the journal knows besides in fields that begin with `_`. Pure; it
 * holds one record at a time. It must never state a size or a time that was not measured: `-1` is the format's word for "not known".
 */

import { STATUS_CODES } from 'node:http';
import { BODY_GAP } from '../../model/body-gap.ts';
import type { RecordedMessage, RequestRecord, RequestRow } from '../rows.ts';

const NOT_KNOWN = -1;
const HTTP_VERSION = 'HTTP/1.1';
/** The gateway answers under several names; a client that sent none, or no proper one, used this machine's. */
const HOST_FALLBACK = 'localhost';
const HOST = /^[A-Za-z0-9.:[\]_-]{1,255}$/;

export async function* harPieces(records: AsyncIterable<RequestRecord>, version: string): AsyncGenerator<string> {
  const creator = JSON.stringify({ name: 'antigravity-tools', version });
  yield `{"log":{"version":"1.2","creator":${creator},"entries":[`;
  let before = '\n';
  for await (const record of records) {
    yield before + JSON.stringify(harEntry(record));
    before = ',\n';
  }
  yield '\n]}}\n';
}

export function harEntry(record: RequestRecord) {
  const { row } = record;
  const comment = commentOf(record);
  return {
    startedDateTime: row.time,
    time: row.duration_ms,
    request: harRequest(record),
    response: harResponse(record),
    cache: {},
    timings: timingsOf(record),
    ...(comment === '' ? {} : { comment }),
    ...privateFields(record),
  };
}

function harRequest({ row, request }: RequestRecord) {
  const url = urlOf(row, request);
  const size = sizeOf(request.body);
  const postData = { mimeType: request.headers['content-type'] ?? '', text: request.body };
  return {
    method: row.method,
    url: url.href,
    httpVersion: HTTP_VERSION,
    cookies: [],
    headers: headersOf(request),
    queryString: [...url.searchParams].map(([name, value]) => ({ name, value })),
    headersSize: NOT_KNOWN,
    bodySize: request.body === '' ? NOT_KNOWN : size.whole,
    ...(request.body === '' ? {} : { postData: { ...postData, ...gapComment(size) } }),
  };
}

function harResponse({ row, response }: RequestRecord) {
  const size = sizeOf(response.body);
  return {
    status: row.status,
    statusText: STATUS_CODES[row.status] ?? '',
    httpVersion: HTTP_VERSION,
    cookies: [],
    headers: headersOf(response),
    content: {
      size: size.whole,
      mimeType: response.headers['content-type'] ?? '',
      text: response.body,
      ...gapComment(size),
    },
    redirectURL: '',
    headersSize: NOT_KNOWN,
    bodySize: size.whole,
  };
}

/** Their sum is the entry's `time`. The gateway sees the request whole and sends what it has, so sending takes no time of its own. */
function timingsOf({ row, marks }: RequestRecord) {
  const began = marks[0]?.ms ?? (row.stream ? row.first_content_ms : null) ?? row.duration_ms;
  const wait = Math.min(Math.max(began, 0), row.duration_ms);
  const receive = row.duration_ms - wait;
  return { blocked: NOT_KNOWN, dns: NOT_KNOWN, connect: NOT_KNOWN, ssl: NOT_KNOWN, send: 0, wait, receive };
}

function privateFields(record: RequestRecord) {
  const { row, attempts, steps, changes, marks, raw, log, error } = record;
  return {
    _id: row.id,
    _protocol: row.protocol,
    _model: row.model,
    _mappedModel: row.mapped_model,
    _account: row.account_email,
    _outcome: row.outcome,
    _stream: row.stream,
    _firstByteMs: row.first_byte_ms,
    _firstContentMs: row.first_content_ms,
    _inputTokens: row.input_tokens,
    _outputTokens: row.output_tokens,
    _cacheReadTokens: row.cache_read_tokens,
    _stopReason: row.stop_reason,
    _flags: row.flags,
    _conversation: row.conversation,
    _error: error,
    _attempts: attempts,
    _steps: steps,
    _changes: changes,
    _marks: marks,
    _raw: raw,
    _log: log,
  };
}

function urlOf(row: RequestRow, request: RecordedMessage): URL {
  const host = request.headers.host ?? '';
  const origin = `http://${HOST.test(host) ? host : HOST_FALLBACK}`;
  const path = row.path.startsWith('/') ? row.path : `/${row.path}`;
  for (const base of [origin, `http://${HOST_FALLBACK}`]) if (URL.canParse(base + path)) return new URL(base + path);
  return new URL(`http://${HOST_FALLBACK}/`);
}

function headersOf({ headers }: RecordedMessage) {
  return Object.entries(headers).map(([name, value]) => ({ name, value }));
}

interface BodySize {
  readonly whole: number;
  readonly missing: number;
}
function sizeOf(body: string): BodySize {
  const kept = Buffer.byteLength(body);
  const gap = BODY_GAP.exec(body);
  if (gap === null) return { whole: kept, missing: 0 };
  const missing = Number(gap[1]);
  return { whole: kept - Buffer.byteLength(gap[0]) + missing, missing };
}

function gapComment({ missing }: BodySize) {
  return missing === 0 ? {} : { comment: `the journal kept beginning and end; ${missing} bytes between are missing` };
}

function commentOf({ request, response }: RequestRecord): string {
  const empty = [request.body === '' ? 'request' : '', response.body === '' ? 'answer' : ''].filter(
    (word) => word !== '',
  );
  return empty.length === 0 ? '' : `no body is kept of: ${empty.join(', ')}`;
}
