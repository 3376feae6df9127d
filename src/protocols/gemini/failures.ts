/** Problems in Google's words: `google.rpc.Status` as JSON. An upstream's own error body is passed on as it is. */

import type { PlainAnswer, Problem } from '../../model/request.ts';
import { retryAfterSeconds } from '../client-headers.ts';
import { parseLossless, stringifyLossless } from '../json/lossless.ts';
import { isObject, type JsonObject, objectsIn } from './shapes.ts';

export function geminiProblem(problem: Problem, _requestId: string): PlainAnswer {
  const { code } = geminiStatus(problem);
  const headers: Record<string, string> = { 'content-type': 'application/json; charset=UTF-8' };
  if (problem.retryAfterMs !== undefined) headers['retry-after'] = retryAfterSeconds(problem.retryAfterMs);
  const own = readUpstreamError(problem.body) === undefined ? undefined : problem.body;
  const body = own ?? stringifyLossless(ownError(problem));
  return { status: code, headers, body: new TextEncoder().encode(body) };
}

/** The same for the inside of a stream: one line of JSON, because a line end would end the event. */
export function geminiErrorLine(problem: Problem): string {
  return stringifyLossless(readUpstreamError(problem.body) ?? ownError(problem));
}

interface GoogleStatus {
  readonly code: number;
  readonly status: string;
}

const statuses: Readonly<Record<Problem['kind'], GoogleStatus>> = {
  'bad-request': { code: 400, status: 'INVALID_ARGUMENT' },
  unauthorised: { code: 401, status: 'UNAUTHENTICATED' },
  'forbidden-host': { code: 421, status: 'FAILED_PRECONDITION' },
  'not-found': { code: 404, status: 'NOT_FOUND' },
  'method-not-allowed': { code: 405, status: 'UNIMPLEMENTED' },
  'unknown-model': { code: 404, status: 'NOT_FOUND' },
  'too-large': { code: 413, status: 'INVALID_ARGUMENT' },
  'headers-too-large': { code: 431, status: 'INVALID_ARGUMENT' },
  'unsupported-media': { code: 415, status: 'INVALID_ARGUMENT' },
  'context-too-long': { code: 400, status: 'INVALID_ARGUMENT' },
  'rate-limited': { code: 429, status: 'RESOURCE_EXHAUSTED' },
  overloaded: { code: 503, status: 'UNAVAILABLE' },
  timeout: { code: 504, status: 'DEADLINE_EXCEEDED' },
  'upstream-error': { code: 502, status: 'UNAVAILABLE' },
  // The gateway's own credential failed: to a client that is no reason to distrust its key.
  'upstream-credential': { code: 503, status: 'UNAVAILABLE' },
  'no-account': { code: 503, status: 'UNAVAILABLE' },
  'shutting-down': { code: 503, status: 'UNAVAILABLE' },
  internal: { code: 500, status: 'INTERNAL' },
};

/** Google's word for a status that overrides the kind's own. */
const words: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  402: 'RESOURCE_EXHAUSTED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

function geminiStatus(problem: Problem): GoogleStatus {
  const own = statuses[problem.kind];
  if (problem.status === undefined || problem.status === own.code) return own;
  // A failure of another maker’s, such as 529, is no status that Google’s clients know.
  if (problem.status >= 500 && words[problem.status] === undefined) return own;
  return { code: problem.status, status: words[problem.status] ?? own.status };
}

function ownError(problem: Problem): JsonObject {
  const { code, status } = geminiStatus(problem);
  const error = { code, message: problem.message, status };
  if (problem.retryAfterMs === undefined) return { error };
  const retryDelay = `${Math.max(1, Math.ceil(problem.retryAfterMs / 1000))}s`;
  return { error: { ...error, details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }] } };
}

function readUpstreamError(body: string | undefined): JsonObject | undefined {
  if (body === undefined) return undefined;
  try {
    const json = parseLossless(body);
    const single = Array.isArray(json) ? objectsIn(json)[0] : json;
    // `type` stands in the errors of the other dialects, whose words are in the problem's message.
    return isObject(single) && isObject(single.error) && single.error.type === undefined ? single : undefined;
  } catch {
    return undefined;
  }
}
