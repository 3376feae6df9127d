/** Error answers as the providers write them: their envelopes, sentences and headers. Builds steps; decides nothing. */

import { speaksAnthropic } from './route.ts';
import { randomText } from './seed.ts';
import type { Chance, Json, LabRoute, LabStep } from './step.ts';

/** An error in neutral terms; each API puts it into its own envelope. */
export interface LabRefusal {
  readonly status: number;
  /** Anthropic's `error.type`, or Google's `error.status`. */
  readonly code: string;
  readonly message: string;
  readonly details?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Written in Google's envelope although a Claude model was asked (Vertex' own refusals). */
  readonly google?: boolean;
}

export const GOOGLE_HEADERS = { vary: 'Origin, X-Origin, Referer', server: 'scaffolding on HTTPServer2' };

export function refuse(route: LabRoute, refusal: LabRefusal, chance: Chance): LabStep[] {
  return speaksAnthropic(route) && refusal.google !== true
    ? refuseAnthropic(route, refusal, chance)
    : refuseGoogle(route, refusal);
}

/** Steps of a plain answer with a known length. */
export function wholeAnswer(status: number, headers: Readonly<Record<string, string>>, text: string): LabStep[] {
  const bytes = Buffer.from(text);
  return [
    { do: 'head', status, headers: { ...headers, 'content-length': String(bytes.length) } },
    { do: 'bytes', bytes },
    { do: 'end' },
  ];
}

export function anthropicErrorText(code: string, message: string, requestId?: string, details?: unknown): string {
  const error = details === undefined ? { type: code, message } : { details, type: code, message };
  return JSON.stringify({ type: 'error', error, ...(requestId === undefined ? {} : { request_id: requestId }) });
}

export function googleError(status: number, code: string, message: string, details?: unknown): Json {
  return { error: { code: status, message, status: code, ...(details === undefined ? {} : { details }) } };
}

export function anthropicRequestId(route: LabRoute, chance: Chance): string {
  return `${route.dialect === 'anthropic' ? 'req_011C' : 'req_vrtx_011C'}${randomText(20, chance)}`;
}

/** Which of the two words each status goes by. */
const WORDS: Readonly<Record<number, readonly [anthropic: string, google: string]>> = {
  400: ['invalid_request_error', 'INVALID_ARGUMENT'],
  401: ['authentication_error', 'UNAUTHENTICATED'],
  402: ['billing_error', 'RESOURCE_EXHAUSTED'],
  403: ['permission_error', 'PERMISSION_DENIED'],
  404: ['not_found_error', 'NOT_FOUND'],
  413: ['request_too_large', 'INVALID_ARGUMENT'],
  429: ['rate_limit_error', 'RESOURCE_EXHAUSTED'],
  499: ['api_error', 'CANCELLED'],
  500: ['api_error', 'INTERNAL'],
  503: ['overloaded_error', 'UNAVAILABLE'],
  504: ['timeout_error', 'DEADLINE_EXCEEDED'],
  529: ['overloaded_error', 'UNAVAILABLE'],
};

export function codeFor(route: LabRoute, status: number, google = false): string {
  const words = WORDS[status] ?? ['api_error', 'UNKNOWN'];
  return speaksAnthropic(route) && !google ? words[0] : words[1];
}

/** A 400 of the caller's own making. */
export function badRequest(route: LabRoute, message: string): LabRefusal {
  return { status: 400, code: codeFor(route, 400), message };
}

function refuseAnthropic(route: LabRoute, refusal: LabRefusal, chance: Chance): LabStep[] {
  const requestId = anthropicRequestId(route, chance);
  const retry = refusal.status >= 500 || refusal.status === 429;
  const headers = {
    'content-type': 'application/json',
    'request-id': requestId,
    'x-should-retry': String(retry),
    ...refusal.headers,
  };
  return wholeAnswer(
    refusal.status,
    headers,
    anthropicErrorText(refusal.code, refusal.message, requestId, refusal.details),
  );
}

function refuseGoogle(route: LabRoute, refusal: LabRefusal): LabStep[] {
  const error = googleError(refusal.status, refusal.code, refusal.message, refusal.details);
  const claude = speaksAnthropic(route);
  const pretty = claude ? JSON.stringify(error) : JSON.stringify(error, null, 2);
  const wrapped = route.framing === 'json-array' || (claude && route.framing === 'sse');
  const stream = route.framing === 'sse' && !claude;
  const headers = {
    ...GOOGLE_HEADERS,
    'content-type': stream ? 'text/event-stream' : 'application/json; charset=UTF-8',
    ...(refusal.status === 401 ? { 'www-authenticate': 'Bearer realm="https://accounts.google.com/"' } : {}),
    ...refusal.headers,
  };
  return wholeAnswer(refusal.status, headers, wrapped ? `[${pretty}\n]` : `${pretty}\n`);
}
