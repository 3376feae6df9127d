/**
 * Reads the refusals of Vertex AI: Google's for Gemini models, and for Claude models Google's, Anthropic's, or Anthropic's inside Google's.
 * Most rows are those of the Gemini API; only what Vertex AI means differently stands here.
 */

import type { Failure } from '../../model/failure.ts';
import type { Protocol } from '../../model/request.ts';
import { classifyAnthropicInBand, isAnthropicEnvelope } from '../anthropic/classify.ts';
import { classifyGoogle, inBandStatus, withGoogleRows } from '../gemini/classify.ts';
import { asInBand, findRow, messageDetail, type RefusalInput, type Row, readErrorDocument, text } from '../refusal.ts';
import { headerRetryMs } from '../retry-time.ts';

const rows: readonly Row[] = withGoogleRows([
  {
    status: [429],
    message: /^resource (has been )?exhausted/i,
    reasons: /^\s*$/,
    kind: 'capacity-limited',
    time: 'named',
    why: 'without details it is the shared quota: the account is not to blame',
  },
  {
    status: [429],
    message: /quota exceeded for|exceeded the provisioned throughput/i,
    reasons: /^\s*$/,
    kind: 'rate-limited',
    time: 'named',
    why: 'a quota of the project, named in the sentence only',
  },
  {
    status: [429],
    reasons: /^\s*$/,
    kind: 'capacity-limited',
    time: 'named',
    why: 'no details at all: shared capacity',
  },
]);

export function classifyVertex(input: RefusalInput): Failure {
  return classifyGoogle(input, rows);
}

/** Whether another access token may help. */
export function isTokenRefused(failure: Failure): boolean {
  return failure.status === 401;
}

/** An error inside a 200 stream: Claude models speak Anthropic's grammar, but Google's front end may still break in with its own. */
export function classifyVertexInBand(protocol: Protocol, body: string, now: number): Failure {
  const json = readErrorDocument(body)?.json;
  const anthropic =
    json !== undefined && (isAnthropicEnvelope(json) || (protocol === 'anthropic' && inBandStatus(body) === 0));
  if (anthropic) return classifyAnthropicInBand(body, now);
  return asInBand(classifyVertex({ status: inBandStatus(body), headers: {}, body, now }));
}

const tokenRows: readonly Row[] = [
  {
    type: /^invalid_grant$/,
    kind: 'credential-refused',
    why: 'the refresh token is revoked or expired, or the signature or the clock is wrong',
  },
  {
    type: /^(invalid_client|unauthorized_client|deleted_client|disabled_client|invalid_scope|invalid_request)$/,
    kind: 'credential-refused',
    why: 'the credential itself is not accepted',
  },
  {
    type: /^(access_denied|admin_policy_enforced|org_internal)$/,
    kind: 'permission-refused',
    why: 'an administrator forbids it',
  },
  { status: [429], kind: 'rate-limited', why: 'too many token requests' },
  { status: [408, '5xx', '3xx'], kind: 'server-error', why: 'the token endpoint failed' },
  { status: ['4xx'], kind: 'credential-refused', why: 'refused for another reason' },
];

/** A refusal of the token endpoint (RFC 6749). Its status is not that of the model's API and is left out. */
export function classifyTokenRefusal(input: RefusalInput): Failure {
  const json = readErrorDocument(input.body)?.json;
  const type = text(json?.error);
  const row = findRow(tokenRows, { status: input.status, type, reasons: '', message: '', details: '' });
  const retryAfterMs = headerRetryMs(input.headers, input.now);
  const said = [type, text(json?.error_description)].filter((part) => part !== '').join(': ');
  return {
    kind: row?.kind ?? 'server-error',
    reach: 'unsent',
    detail: messageDetail(
      `the token endpoint answered ${input.status}${said === '' ? '' : `: ${withoutTokens(said)}`}`,
    ),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** An endpoint may quote what it was sent. */
function withoutTokens(said: string): string {
  return said.replace(/[\w+/=-]{32,}(\.[\w+/=-]+)*/g, '…');
}
