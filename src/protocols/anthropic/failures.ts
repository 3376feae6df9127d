/** Our own failures in the words of the Anthropic API. An upstream's own error body is handed on as it is: clients act on its wording. */

import type { PlainAnswer, Problem } from '../../model/request.ts';
import { retryAfterSeconds } from '../client-headers.ts';
import { jsonOf } from '../json/shapes.ts';
import { isErrorObject } from './shapes.ts';

export function anthropicProblem(problem: Problem, requestId: string): PlainAnswer {
  const { status, type } = statusAndType(problem);
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (problem.retryAfterMs !== undefined) headers['retry-after'] = retryAfterSeconds(problem.retryAfterMs);
  // A body of another dialect (Google's, around a Claude model) is not the caller's; its words stand in our message.
  const text = ownDialect(problem.body) ?? errorJson(type, problem.message, requestId);
  return { status, headers, body: new TextEncoder().encode(text) };
}

/** The `event: error` that ends a stream without saying success. */
export function anthropicErrorEvent(problem: Problem, requestId: string): Uint8Array {
  const data = upstreamError(problem.body) ?? errorJson(statusAndType(problem).type, problem.message, requestId);
  return new TextEncoder().encode(`event: error\ndata: ${data}\n\n`);
}

interface StatusAndType {
  readonly status: number;
  readonly type: string;
}

const byKind: Readonly<Record<Problem['kind'], StatusAndType>> = {
  'bad-request': { status: 400, type: 'invalid_request_error' },
  unauthorised: { status: 401, type: 'authentication_error' },
  'forbidden-host': { status: 421, type: 'permission_error' },
  'not-found': { status: 404, type: 'not_found_error' },
  'method-not-allowed': { status: 405, type: 'invalid_request_error' },
  'unknown-model': { status: 404, type: 'not_found_error' },
  'too-large': { status: 413, type: 'request_too_large' },
  'headers-too-large': { status: 431, type: 'invalid_request_error' },
  'unsupported-media': { status: 415, type: 'invalid_request_error' },
  'context-too-long': { status: 400, type: 'invalid_request_error' },
  'rate-limited': { status: 429, type: 'rate_limit_error' },
  overloaded: { status: 529, type: 'overloaded_error' },
  timeout: { status: 504, type: 'timeout_error' },
  'upstream-error': { status: 502, type: 'api_error' },
  'upstream-credential': { status: 503, type: 'api_error' },
  'no-account': { status: 503, type: 'api_error' },
  'shutting-down': { status: 503, type: 'overloaded_error' },
  internal: { status: 500, type: 'api_error' },
};

const typeByStatus: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

/** A status that differs from the kind's own brings its own type with it, so that the two never contradict each other. */
function statusAndType(problem: Problem): StatusAndType {
  const own = byKind[problem.kind];
  const status = problem.status;
  if (status === undefined || status === own.status) return own;
  return { status, type: typeByStatus[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error') };
}

function errorJson(type: string, message: string, requestId: string): string {
  return JSON.stringify({ type: 'error', error: { type, message }, request_id: requestId });
}

/** The upstream's own body, when it is an Anthropic error. */
function ownDialect(body: string | undefined): string | undefined {
  if (body === undefined) return undefined;
  const parsed = jsonOf(body);
  const isOwn = !Array.isArray(parsed) && isErrorObject(parsed) && (parsed as { type?: unknown }).type === 'error';
  return isOwn ? body : undefined;
}

/** The same, as it can stand in an error event: on one line. */
function upstreamError(body: string | undefined): string | undefined {
  const line = ownDialect(body)?.trim();
  return line !== undefined && /[\r\n]/.test(line) ? JSON.stringify(jsonOf(line)) : line;
}
