/**
 * Reads the refusals of Google's APIs (google.rpc.Status), over HTTP and inside a stream; Vertex AI puts a few rows of its own before these.
 * Statuses and Google's sentences stand here. The entries of `details` come in any order, and one refusal may name several quotas.
 */

import type { Failure } from '../../model/failure.ts';
import { classifyAnthropic, isAnthropicEnvelope } from '../anthropic/classify.ts';
import {
  asInBand,
  type ErrorDocument,
  type Evidence,
  findRow,
  isJson,
  type Json,
  messageCharsMax,
  type RefusalInput,
  type Row,
  readErrorDocument,
  redirectDetail,
  refusal,
  text,
} from '../refusal.ts';
import { durationMs, headerRetryMs, pacificMidnightMs, sentenceRetryMs } from '../retry-time.ts';

/** The word put among the reasons when a quota is zero. */
const zeroLimit = 'limit:0';

const rows: readonly Row[] = [
  {
    status: ['3xx'],
    kind: 'server-error',
    why: 'redirects are not followed: they would carry the credential to another host',
  },

  {
    status: [400],
    reasons: /API_KEY_(INVALID|EXPIRED)/,
    kind: 'credential-refused',
    why: 'Google answers 400, not 401, to a wrong key',
  },
  {
    status: [400],
    message: /API key (not valid|expired|is invalid)|API Key not found/i,
    kind: 'credential-refused',
    why: 'the same without a reason',
  },
  {
    status: [400],
    message: /thought.?signature/i,
    kind: 'signature-refused',
    why: 'a signature is missing, corrupted or foreign',
  },
  {
    status: [400],
    message: /input token count[\s\S]*exceeds|exceeds the maximum number of (input )?tokens/i,
    kind: 'context-too-long',
    why: 'the input is larger than the context',
  },
  {
    status: [400],
    type: /^FAILED_PRECONDITION$/,
    message: /billing/i,
    kind: 'account-exhausted',
    why: 'billing is not enabled',
  },
  {
    status: [400],
    type: /^FAILED_PRECONDITION$/,
    details: /location is not supported|not available in your (country|region|location)/i,
    kind: 'permission-refused',
    why: 'the region may not use the API',
  },
  {
    status: [400],
    type: /^FAILED_PRECONDITION$/,
    message: /organi[sz]ation policy|org policy|constraints\//i,
    kind: 'permission-refused',
    why: 'a policy of the organisation',
  },

  { status: [401], kind: 'credential-refused', why: 'no, wrong or expired credential' },
  { status: [402], kind: 'account-exhausted', why: 'the prepaid balance of the billing account is used up' },

  {
    status: [403],
    message: /CachedContent/i,
    kind: 'request-refused',
    why: 'the request names a cache that is gone or belongs to another account',
  },
  {
    status: [403],
    reasons: /CONSUMER_SUSPENDED|BILLING_DISABLED/,
    kind: 'account-exhausted',
    why: 'the project is suspended or has no billing',
  },
  {
    status: [403],
    message: /requires billing|enable billing|billing (account|is disabled|to be enabled)/i,
    kind: 'account-exhausted',
    why: 'the same without a reason',
  },
  { status: [403], reasons: /API_KEY_(INVALID|EXPIRED)/, kind: 'credential-refused', why: 'the key itself' },
  {
    status: [403],
    message: /reported as leaked/i,
    kind: 'credential-refused',
    why: 'Google locked a key that was published',
  },
  { status: [403], kind: 'permission-refused', why: 'service disabled, key restricted, permission missing' },

  {
    status: [404],
    message: /cache content|CachedContent|\bfiles?\//i,
    kind: 'request-refused',
    why: 'the request names a cache or a file that does not exist',
  },
  { status: [404], kind: 'model-unknown', why: 'no such model for this account, version or location' },

  {
    status: [429],
    reasons: /limit:0/,
    kind: 'model-unavailable',
    why: 'a quota of zero: this tier never serves this model, waiting does not help',
  },
  {
    status: [429],
    reasons: /PerDay/i,
    kind: 'quota-exhausted',
    time: 'pacific-midnight',
    why: 'a daily quota, whatever short delay stands beside it',
  },
  {
    status: [429],
    reasons: /QUOTA_EXHAUSTED/,
    kind: 'quota-exhausted',
    time: 'named',
    why: 'a quota of a longer period that names its reset',
  },
  {
    status: [429],
    reasons: /MODEL_CAPACITY_EXHAUSTED/,
    kind: 'capacity-limited',
    time: 'named',
    why: 'shared capacity, not this account’s quota',
  },
  {
    status: [429],
    message: /error-code-429/i,
    kind: 'capacity-limited',
    time: 'named',
    why: 'Vertex AI’s shared quota; the Gemini API passes it on too',
  },
  { status: [429], kind: 'rate-limited', time: 'named', why: 'a quota per minute, or one that is not named' },

  { status: [503, 529], kind: 'overloaded', time: 'named', why: 'the model is overloaded, whoever asks' },
  {
    status: [408, 409, 499, '5xx'],
    kind: 'server-error',
    time: 'named',
    why: 'Google failed, cancelled or ran out of time',
  },
  {
    status: ['4xx'],
    kind: 'request-refused',
    why: 'the request itself is at fault; the caller must see Google’s own words',
  },
];

export function classifyGemini(input: RefusalInput): Failure {
  return classifyGoogle(input, rows);
}

/** An error object inside a 200 stream. */
export function classifyGeminiInBand(body: string, now: number): Failure {
  return asInBand(classifyGemini({ status: inBandStatus(body), headers: {}, body, now }));
}

/** The table with rows of another Google service before it. */
export function withGoogleRows(before: readonly Row[]): readonly Row[] {
  return [...before, ...rows];
}

export function classifyGoogle(input: RefusalInput, table: readonly Row[]): Failure {
  const document = readErrorDocument(input.body);
  const anthropic = document === undefined ? undefined : anthropicText(document);
  if (anthropic !== undefined) return classifyAnthropic({ ...input, body: anthropic });
  const error = errorOf(document?.json);
  const details = detailsOf(error);
  const evidence = evidenceOf(input.status, error, details);
  const row = findRow(table, evidence);
  return refusal({
    kind: row?.kind ?? 'server-error',
    input,
    message:
      Math.floor(input.status / 100) === 3 ? redirectDetail(input.status, input.headers.location) : evidence.message,
    document,
    retryAfterMs: timeMs(row, evidence, details, input),
  });
}

/** `error.code` is the HTTP status of an in-band error. */
export function inBandStatus(body: string): number {
  const code = errorOf(readErrorDocument(body)?.json).code;
  return typeof code === 'number' && Number.isInteger(code) && code >= 400 && code < 600 ? code : 0;
}

/** Anthropic's own envelope, either bare or as a string inside Google's message (front ends before Claude do that). */
function anthropicText(document: ErrorDocument): string | undefined {
  if (isAnthropicEnvelope(document.json)) return document.text ?? JSON.stringify(document.json);
  const message = text(errorOf(document.json).message).trim();
  if (!message.startsWith('{')) return undefined;
  const inner = readErrorDocument(message);
  return inner !== undefined && isAnthropicEnvelope(inner.json) ? message : undefined;
}

function errorOf(json: Json | undefined): Json {
  if (json === undefined) return {};
  if (isJson(json.error)) return json.error;
  return { message: text(json.error) || text(json.message) };
}

/** One error has a handful of details; more are not looked at. */
const detailsMax = 100;

function detailsOf(error: Json): readonly Json[] {
  return Array.isArray(error.details) ? error.details.slice(0, detailsMax).filter(isJson) : [];
}

function evidenceOf(status: number, error: Json, details: readonly Json[]): Evidence {
  const message = text(error.message).slice(0, messageCharsMax);
  const reasons: string[] = [];
  for (const detail of details) {
    const metadata = isJson(detail.metadata) ? detail.metadata : {};
    reasons.push(text(detail.reason), text(metadata.quota_limit), text(metadata.quotaId));
    if (String(metadata.quota_limit_value) === '0') reasons.push(zeroLimit);
    for (const violation of violationsOf(detail)) {
      reasons.push(text(violation.quotaId));
      if (String(violation.quotaValue) === '0') reasons.push(zeroLimit);
    }
  }
  if (/\blimit: ?0(?![\d.])/.test(message)) reasons.push(zeroLimit);
  const debug = details.map((detail) => text(detail.detail).slice(0, messageCharsMax));
  return {
    status,
    type: text(error.status),
    reasons: reasons.join(' '),
    message,
    details: [message, ...debug].join('\n'),
  };
}

function violationsOf(detail: Json): readonly Json[] {
  return Array.isArray(detail.violations) ? detail.violations.slice(0, detailsMax).filter(isJson) : [];
}

function timeMs(
  row: Row | undefined,
  evidence: Evidence,
  details: readonly Json[],
  input: RefusalInput,
): number | undefined {
  if (row?.time === 'pacific-midnight') return pacificMidnightMs(input.now);
  const fromHeader = headerRetryMs(input.headers, input.now);
  if (row?.time !== 'named') return fromHeader;
  return fromHeader ?? detailDelayMs(details) ?? sentenceRetryMs(evidence.message);
}

/** `RetryInfo.retryDelay`, else the reset that some front ends put into the metadata. The longest counts: all must have passed. */
function detailDelayMs(details: readonly Json[]): number | undefined {
  let longest: number | undefined;
  for (const detail of details) {
    const metadata = isJson(detail.metadata) ? detail.metadata : {};
    const delay = durationMs(text(detail.retryDelay)) ?? durationMs(text(metadata.quotaResetDelay));
    if (delay !== undefined && (longest === undefined || delay > longest)) longest = delay;
  }
  return longest;
}

/** The upstream does not know the members that carry a whole JSON Schema; the smaller subset is to be sent. */
export function refusesJsonSchema(failure: Failure): boolean {
  return failure.status === 400 && /(parameters|response)_?json_?schema/i.test(failure.detail);
}
