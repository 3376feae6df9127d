/**
 * Reads the refusals of the Anthropic API, over HTTP and inside a stream. Statuses and Anthropic's sentences stand here and nowhere else.
 * Sentences are matched by their stable part only: Anthropic appends explanations that change.
 */

import type { Failure } from '../../model/failure.ts';
import {
  asInBand,
  type Evidence,
  isJson,
  type Json,
  messageCharsMax,
  type RefusalInput,
  type Row,
  readErrorDocument,
  refusalByRow,
  shouldRetryOf,
  text,
} from '../refusal.ts';
import { headerRetryMs, limitResetMs, regainAccessMs } from '../retry-time.ts';

const rows: readonly Row[] = [
  {
    status: [408, 409],
    shouldRetry: false,
    kind: 'request-refused',
    why: 'the provider says not to try again; for limits and 5xx the healing rules know better than its header',
  },
  {
    status: ['3xx'],
    kind: 'server-error',
    why: 'redirects are not followed: they would carry the credential to another host',
  },

  {
    status: [400, 413, 422],
    message: /prompt is too long|capability_rejected: prompt_too_long/i,
    kind: 'context-too-long',
    why: 'the input alone is larger than the context',
  },
  {
    status: [400, 413, 422],
    message: /exceeds? (the |this )?(model'?s? )?(maximum )?context (window|length|limit)|input is too long/i,
    kind: 'context-too-long',
    why: 'input and max_tokens together are larger than the context',
  },
  {
    status: [400, 413, 422],
    reasons: /context_length_exceeded/,
    kind: 'context-too-long',
    why: 'the code that compatible servers use',
  },

  {
    status: [400, 422],
    message: /invalid `?'?(signature|data)`?'? in `?'?(redacted_)?thinking/i,
    kind: 'signature-refused',
    why: 'a signature is tampered with, truncated or foreign; or bound to a different conversation',
  },
  {
    status: [400, 422],
    message: /invalid `?'?signature|(thinking|thought).?signature|bound to a different conversation/i,
    kind: 'signature-refused',
    why: 'other wordings of the same',
  },
  {
    status: [400, 422],
    message: /thinking\.(signature|thinking)\b/,
    kind: 'signature-refused',
    why: 'a thinking block lost its signature or its text on the way',
  },
  {
    status: [400, 422],
    message: /thinking[\s\S]*cannot be modified/i,
    kind: 'signature-refused',
    why: 'thinking of the current turn came back changed, reordered or incomplete',
  },
  {
    status: [400, 422],
    message:
      /expected [`'](redacted_)?thinking[`']|must be [`'](redacted_)?thinking[`']|must start with a thinking block/i,
    kind: 'signature-refused',
    why: 'the turn must begin with thinking and does not',
  },
  {
    status: [400, 422],
    message: /found [`']text[`'][\s\S]*thinking/i,
    kind: 'signature-refused',
    why: 'the same, told from the other side',
  },
  {
    status: [400, 422],
    message: /cannot contain [`']thinking[`']/i,
    kind: 'signature-refused',
    why: 'history has thinking but the request has it disabled',
  },

  {
    status: [400, 402, 403, 429],
    message: /credit balance is too low/i,
    kind: 'account-exhausted',
    why: 'prepaid credit is used up',
  },
  {
    status: [400, 403, 429],
    message: /reached your (specified |own )?(workspace )?(api )?usage limit|usage limits?:/i,
    kind: 'account-exhausted',
    time: 'regain-access',
    why: 'a spend limit is reached',
  },
  {
    status: [400, 403, 429],
    reasons: /enforced_spend_limit_reached/,
    kind: 'account-exhausted',
    time: 'regain-access',
    why: 'the tier’s monthly limit; comes as 429 without a time and lasts until next month',
  },
  { status: [402], kind: 'account-exhausted', why: 'billing' },
  { type: /^billing_error$/, kind: 'account-exhausted', why: 'billing' },
  {
    status: [403],
    message: /\bbilling\b|\bpayment\b/i,
    kind: 'account-exhausted',
    why: 'billing, told as a missing permission',
  },

  {
    status: [400],
    message: /organization has been disabled/i,
    kind: 'permission-refused',
    why: 'the organisation was shut, told as an invalid request',
  },
  { status: [401], kind: 'credential-refused', why: 'the key is wrong, expired or disabled' },
  { status: [403], kind: 'permission-refused', why: 'key, workspace, model or region is not allowed' },

  {
    status: [404],
    message: /^(file|container|skill|batch|message batch)\b/i,
    kind: 'request-refused',
    why: 'the request names a thing of this account that does not exist',
  },
  { status: [404], kind: 'model-unknown', why: 'no such model for this account' },

  {
    status: [429],
    kind: 'rate-limited',
    time: 'limit-reset',
    why: 'a rate limit; the time is in a header or in the limit that has nothing left',
  },
  { status: [503, 529], kind: 'overloaded', why: 'the provider is overloaded, whoever asks' },
  { type: /^overloaded_error$/, kind: 'overloaded', why: 'the same under another status' },
  { status: [408, 409, '5xx'], kind: 'server-error', why: 'the provider failed, or asks to try again' },
  {
    status: ['4xx'],
    kind: 'request-refused',
    why: 'the request itself is at fault; the caller must see the provider’s own words',
  },
];

/** The status that Anthropic gives an error of this type when it comes before the stream. */
const statusOfType: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  conflict_error: 409,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

export function classifyAnthropic(input: RefusalInput): Failure {
  const document = readErrorDocument(input.body);
  const evidence = { ...evidenceOf(input.status, document?.json), shouldRetry: shouldRetryOf(input.headers) };
  return refusalByRow(rows, {
    input,
    document,
    evidence,
    timeMs: (row) => headerRetryMs(input.headers, input.now) ?? rowTimeMs(row, evidence, input),
  });
}

/** An `error` event inside a 200 stream. */
export function classifyAnthropicInBand(body: string, now: number): Failure {
  const json = readErrorDocument(body)?.json;
  const type = text(errorOf(json).type);
  const status = Object.hasOwn(statusOfType, type) ? (statusOfType[type] ?? 0) : 0;
  return asInBand(classifyAnthropic({ status, headers: {}, body, now }));
}

/** Whether this is Anthropic's own envelope and not that of a front end before it. */
export function isAnthropicEnvelope(json: Json): boolean {
  return json.type === 'error' && isJson(json.error) && typeof json.error.type === 'string';
}

function evidenceOf(status: number, json: Json | undefined): Evidence {
  const error = errorOf(json);
  const details = isJson(error.details) ? error.details : {};
  return {
    status,
    type: text(error.type),
    reasons: [text(details.error_code), text(error.code)].join(' '),
    message: text(error.message).slice(0, messageCharsMax),
    details: '',
  };
}

/** The error object; compatible servers also send `{"error":"…"}`, `{"message":"…"}` and `{"detail":"…"}`. */
function errorOf(json: Json | undefined): Json {
  if (json === undefined) return {};
  if (isJson(json.error)) return json.error;
  return { message: text(json.error) || text(json.message) || text(json.detail) };
}

function rowTimeMs(row: Row | undefined, evidence: Evidence, input: RefusalInput): number | undefined {
  if (row?.time === 'regain-access') return regainAccessMs(evidence.message, input.now);
  if (row?.time === 'limit-reset') return limitResetMs(input.headers, input.now);
  return undefined;
}
