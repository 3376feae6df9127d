/** Error answers as the providers write them: their envelopes, sentences and headers. Builds steps; decides nothing. */

import { makerOf, speaksAnthropic } from './route.ts';
import { between, randomText } from './seed.ts';
import type { Chance, Json, LabRoute, LabStep } from './step.ts';

/** An error in neutral terms; each API puts it into its own envelope. */
export interface LabRefusal {
  readonly status: number;
  /** Anthropic's and OpenAI's `error.type`, or Google's `error.status`. */
  readonly code: string;
  readonly message: string;
  readonly details?: unknown;
  /** OpenAI's `error.code` and `error.param`. */
  readonly reason?: string;
  readonly param?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Written in Google's envelope although a Claude model was asked (Vertex' own refusals). */
  readonly google?: boolean;
}

const HEX = '0123456789abcdef';

export const GOOGLE_HEADERS = { vary: 'Origin, X-Origin, Referer', server: 'scaffolding on HTTPServer2' };

export function refuse(route: LabRoute, refusal: LabRefusal, chance: Chance): LabStep[] {
  const maker = makerOf(route);
  if (maker === 'openai') return refuseOpenai(refusal, chance);
  return maker === 'anthropic' && refusal.google !== true
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

export function openaiError(refusal: Pick<LabRefusal, 'code' | 'message' | 'reason' | 'param'>): Json {
  const { message, code, param = null, reason = null } = refusal;
  return { error: { message, type: code, param, code: reason } };
}

/** What every answer of the API carries, refusals included. */
export function openaiHeaders(chance: Chance): Record<string, string> {
  return {
    'x-request-id': `req_${randomText(32, chance, HEX)}`,
    'openai-version': '2020-10-01',
    'openai-processing-ms': String(between(40, 900, chance)),
  };
}

export function anthropicRequestId(route: LabRoute, chance: Chance): string {
  return `${route.dialect === 'anthropic' ? 'req_011C' : 'req_vrtx_011C'}${randomText(20, chance)}`;
}

const PLACES = { anthropic: 0, google: 1, openai: 2 } as const;

/** Which of the three words each status goes by. */
const WORDS: Readonly<Record<number, readonly [anthropic: string, google: string, openai: string]>> = {
  400: ['invalid_request_error', 'INVALID_ARGUMENT', 'invalid_request_error'],
  401: ['authentication_error', 'UNAUTHENTICATED', 'invalid_request_error'],
  402: ['billing_error', 'RESOURCE_EXHAUSTED', 'unknown_error'],
  403: ['permission_error', 'PERMISSION_DENIED', 'request_forbidden'],
  404: ['not_found_error', 'NOT_FOUND', 'invalid_request_error'],
  413: ['request_too_large', 'INVALID_ARGUMENT', 'invalid_request_error'],
  429: ['rate_limit_error', 'RESOURCE_EXHAUSTED', 'requests'],
  499: ['api_error', 'CANCELLED', 'server_error'],
  500: ['api_error', 'INTERNAL', 'server_error'],
  503: ['overloaded_error', 'UNAVAILABLE', 'server_error'],
  504: ['timeout_error', 'DEADLINE_EXCEEDED', 'server_error'],
  529: ['overloaded_error', 'UNAVAILABLE', 'overloaded_error'],
};

export function codeFor(route: LabRoute, status: number, google = false): string {
  const words = WORDS[status] ?? ['api_error', 'UNKNOWN', 'server_error'];
  const maker = google ? 'google' : makerOf(route);
  return words[PLACES[maker]];
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

function refuseOpenai(refusal: LabRefusal, chance: Chance): LabStep[] {
  const headers = { 'content-type': 'application/json', ...openaiHeaders(chance), ...refusal.headers };
  return wholeAnswer(refusal.status, headers, JSON.stringify(openaiError(refusal), null, 4));
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
