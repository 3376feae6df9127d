/**
 * Errors in OpenAI's shape: `{"error":{"message","type","param","code"}}`. Also what a caller of an unknown path is told in. An upstream's own
 * body is handed on as it is when it has this shape, and never when it has another.
 */

import type { PlainAnswer, Problem } from '../../model/request.ts';
import { retryAfterSeconds } from '../client-headers.ts';
import { filledString, jsonOf, objectOf } from '../json/shapes.ts';

const KINDS: Readonly<
  Record<Problem['kind'], { readonly status: number; readonly type: string; readonly code: string | null }>
> = {
  'bad-request': { status: 400, type: 'invalid_request_error', code: null },
  unauthorised: { status: 401, type: 'invalid_request_error', code: 'invalid_api_key' },
  'forbidden-host': { status: 421, type: 'invalid_request_error', code: 'host_not_allowed' },
  'not-found': { status: 404, type: 'invalid_request_error', code: 'not_found' },
  'method-not-allowed': { status: 405, type: 'invalid_request_error', code: 'method_not_allowed' },
  'unknown-model': { status: 404, type: 'invalid_request_error', code: 'model_not_found' },
  'too-large': { status: 413, type: 'invalid_request_error', code: 'request_too_large' },
  'headers-too-large': { status: 431, type: 'invalid_request_error', code: 'headers_too_large' },
  'unsupported-media': { status: 415, type: 'invalid_request_error', code: 'unsupported_media_type' },
  'context-too-long': { status: 400, type: 'invalid_request_error', code: 'context_length_exceeded' },
  'rate-limited': { status: 429, type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  overloaded: { status: 503, type: 'server_error', code: 'overloaded' },
  timeout: { status: 504, type: 'server_error', code: 'timeout' },
  'upstream-error': { status: 502, type: 'server_error', code: 'upstream_error' },
  'upstream-credential': { status: 503, type: 'server_error', code: 'upstream_credential' },
  'no-account': { status: 503, type: 'server_error', code: 'no_account' },
  'shutting-down': { status: 503, type: 'server_error', code: 'shutting_down' },
  internal: { status: 500, type: 'server_error', code: 'internal' },
};

export function openaiProblem(problem: Problem): PlainAnswer {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (problem.retryAfterMs !== undefined) headers['retry-after'] = retryAfterSeconds(problem.retryAfterMs);
  const status = problem.status ?? KINDS[problem.kind].status;
  return { status, headers, body: Buffer.from(ownDialect(problem.body) ?? errorJson(problem)) };
}

/** The event that ends a stream without saying success: no `[DONE]` follows it. */
export function chatErrorEvent(problem: Problem): Uint8Array {
  const body = ownDialect(problem.body)?.trim();
  const line = body !== undefined && /[\r\n]/.test(body) ? JSON.stringify(jsonOf(body)) : body;
  return Buffer.from(`data: ${line ?? errorJson(problem)}\n\n`);
}

function errorJson(problem: Problem): string {
  const { type, code } = KINDS[problem.kind];
  return JSON.stringify({ error: { message: problem.message, type, param: null, code } });
}

/** Anthropic's errors name their own type beside the error; Google's have a number for a code, or stand in an array. */
function ownDialect(body: string | undefined): string | undefined {
  const json = body === undefined ? undefined : objectOf(jsonOf(body));
  const error = objectOf(json?.error);
  if (error === undefined || json?.type !== undefined || filledString(error.message) === undefined) return undefined;
  return typeof error.code === 'number' && typeof error.status === 'string' ? undefined : body;
}
