/**
 * Which error a caller may be told under a fault that nothing could heal, as tables that know the faults and the dialects and nothing of the gateway:
 * the status, the dialect's own word for it, and when it must say how long to wait.
 */

import type { Protocol } from '../../../src/model/request.ts';
import { type Json, objectIn, textIn } from '../../contracts/said/json.ts';
import type { Sight } from '../../simulation/client.ts';
import type { Cell, UpstreamName } from './cells.ts';
import type { Heard } from './heard.ts';

export function errorFaults(cell: Cell, sight: Sight, heard: Heard): string[] {
  const faults = shapeFaults(cell, sight, heard);
  const { status = 0 } = sight;
  if (heard.end === 'refused') {
    const allowed = statusesOf(cell);
    if (!allowed.includes(status)) faults.push(`the status ${status} instead of ${allowed.join(' or ')}`);
    faults.push(...waitFaults(cell, sight));
  } else if (sight.headers['retry-after'] !== undefined) faults.push('a time to wait beside the status 200');
  return faults;
}

/** The first pattern that fits the fault. */
const STATUSES: readonly (readonly [pattern: RegExp, ...statuses: number[]])[] = [
  [/^429:time=spend-limit/, 503, 429],
  [/^(400-key|401|402|403)$/, 503],
  [/^429/, 429],
  // Responses calls an unknown model a bad request.
  [/^404/, 404, 400],
  [/kind=rate/, 429],
  [/kind=invalid|^context-too-long/, 400],
  // One account with nothing to say is a failed upstream; several are a refused prompt.
  [/^no-content|^thinking-then-nothing:finish=end/, 502, 400],
  // A short answer may fall silent before its first word.
  [/^stall/, 502, 504],
  [/^(silence|slow-first-byte$|headers-then-silence|comments-only)/, 504],
  [/^504/, 504],
  [/^500|status=500/, 500],
  [/^(503|error-as-event-stream)/, 503],
  [/^529/, 529, 503],
  [/./, 502],
];

function statusesOf({ fault }: Cell): number[] {
  const [, ...statuses] = STATUSES.find(([pattern]) => pattern.test(fault)) ?? [/./];
  return statuses;
}

/** Whose limits say when they end, by the way in which the lab says it. Only some of Google's refusals name a time, and Vertex' none but in headers. */
const TIMED: Readonly<Record<string, readonly UpstreamName[]>> = {
  'retry-after-seconds': ['anthropic', 'vertex-claude', 'gemini', 'vertex-gemini', 'openai'],
  'retry-after-date': ['anthropic', 'vertex-claude', 'gemini', 'vertex-gemini', 'openai'],
  'retry-after-ms': ['anthropic', 'vertex-claude', 'gemini', 'vertex-gemini', 'openai'],
  reset: ['anthropic', 'openai'],
  'retry-info': ['anthropic', 'gemini', 'openai'],
  'per-minute': ['anthropic', 'gemini', 'openai'],
  'per-day': ['anthropic', 'gemini', 'openai'],
  'limit-0': ['anthropic'],
  vertex: ['anthropic'],
};
const waitSecondsMax = 60;

function waitFaults({ fault, upstream }: Cell, { headers }: Sight): string[] {
  const time = /^429:time=([\w-]+)/.exec(fault)?.[1] ?? '';
  const isKnown = TIMED[time]?.includes(upstream) === true;
  const told = headers['retry-after'];
  if (!isKnown) return told === undefined ? [] : [`told to wait ${told} s, which nobody said`];
  if (told === undefined) return ['not told when the limit ends, although the upstream said it'];
  const isWhole = /^[1-9]\d?$/.test(told) && Number(told) <= waitSecondsMax;
  return isWhole ? [] : [`told to wait "${told}"`];
}

function shapeFaults({ client }: Cell, { status = 0, headers }: Sight, { end, error }: Heard): string[] {
  const told = end === 'refused' ? status : undefined;
  const faults = SHAPE[client](error, told);
  const { message } = objectIn(error.error);
  if (textIn(message).trim().length < 3) faults.push('an error without a sentence');
  const isJson = /^application\/json/.test(headers['content-type'] ?? '');
  if (end === 'refused' && !isJson) faults.push(`an error document as ${headers['content-type']}`);
  if (end === 'refused' && /^(2|3|401|403)/.test(String(status)))
    faults.push(`the status ${status} is not for a caller`);
  return faults;
}

const ANTHROPIC_TYPES: Readonly<Record<number, RegExp>> = {
  400: /^invalid_request_error$/,
  404: /^not_found_error$/,
  429: /^rate_limit_error$/,
  500: /^api_error$/,
  502: /^api_error$/,
  503: /^(api|overloaded)_error$/,
  504: /^(timeout|api)_error$/,
  529: /^overloaded_error$/,
};

const GOOGLE_WORDS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** `status` is absent at the end of a stream. */
const SHAPE: Readonly<Record<Protocol, (error: Json, status: number | undefined) => string[]>> = {
  anthropic: (error, status) => {
    const type = textIn(objectIn(error.error).type);
    const fits = status === undefined ? /_error$/.test(type) : ANTHROPIC_TYPES[status]?.test(type) === true;
    return [
      ...(error.type === 'error' ? [] : ['no error of Anthropic’s shape']),
      ...(fits ? [] : [`the type ${type} with the status ${status}`]),
    ];
  },
  gemini: (error, status) => {
    const { code, status: word } = objectIn(error.error);
    const fits = GOOGLE_WORDS[Number(code)] === word && (status === undefined || status === code);
    return fits ? [] : [`the code ${String(code)} ${String(word)} with the status ${status}`];
  },
  'openai-chat': openaiShape,
  'openai-responses': (error, status) => {
    if (status !== undefined) return openaiShape(error, status);
    return textIn(objectIn(error.error).code) === '' ? ['a failed response without a code'] : [];
  },
};

function openaiShape(error: Json, status: number | undefined): string[] {
  const { type, code } = objectIn(error.error);
  const isOurs = error.type === undefined && textIn(type) !== '' && (code === null || typeof code === 'string');
  const isNamed = status !== 429 || /^(rate_limit_exceeded|insufficient_quota)$/.test(textIn(code));
  return [...(isOurs ? [] : ['no error of OpenAI’s shape']), ...(isNamed ? [] : [`the code ${String(code)} with 429`])];
}
