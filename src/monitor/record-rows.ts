/** The rows of a record: of the request and of each attempt. Pure; what nobody stated is `null`, and what a client or an upstream named is redacted. */

import { createHash } from 'node:crypto';
import type { Usage } from '../model/events.ts';
import type { RetryDecision } from '../model/failure.ts';
import type { Ended, OpenAttempt, Started } from './record-exchange.ts';
import type { AttemptAction, AttemptRow, RequestRow } from './rows.ts';

type Redact = (text: string) => string;

export function requestRow(
  started: Started,
  ended: Ended,
  attempts: readonly OpenAttempt[],
  redact: Redact,
): RequestRow {
  return {
    ...askedFields(started, redact),
    ...spokenFields(attempts),
    // A name without a route goes to the upstream as the client said it.
    mapped_model: redact(ended.mappedModel),
    account_email: ended.account,
    status: ended.status,
    outcome: ended.outcome,
    attempts: ended.attempts,
    duration_ms: whole(ended.ms) ?? 0,
    ...tokens(ended.usage),
    cache_read_tokens: whole(ended.usage.cacheReadTokens),
    stop_reason: ended.stopReason === undefined ? null : redact(ended.stopReason),
    flags: ended.flags,
    conversation: conversationOf(ended.sessionKey ?? started.sessionKey),
  };
}

/** What stands in a row from the start on. */
export function askedFields(
  started: Started,
  redact: Redact,
): Pick<RequestRow, 'id' | 'time' | 'protocol' | 'method' | 'path' | 'model' | 'stream'> {
  return {
    id: started.id,
    time: isoTime(started.time),
    protocol: started.protocol,
    method: started.method,
    // Named by the client, so they may hold anything.
    path: redact(started.path),
    model: redact(started.model),
    stream: started.stream,
  };
}

/** What the client waited for is the attempt that first said something; the last one where none did. */
export function spokenFields(attempts: readonly OpenAttempt[]): Pick<RequestRow, 'first_byte_ms' | 'first_content_ms'> {
  const telling = attempts.find((attempt) => attempt.contentMs !== undefined) ?? attempts.at(-1);
  return { first_byte_ms: whole(telling?.answeredMs), first_content_ms: whole(telling?.contentMs) };
}

const CONVERSATION_CHARS = 16;

/** Tells conversations apart and names none: a key may hold what the client calls it. */
export function conversationOf(sessionKey: string | undefined): string | null {
  if (sessionKey === undefined) return null;
  return createHash('sha256').update(sessionKey).digest('base64url').slice(0, CONVERSATION_CHARS);
}

export function attemptRow(attempt: OpenAttempt, exchangeEndMs: number, redact: Redact): AttemptRow {
  const { started, ended } = attempt;
  const failure = ended?.failure;
  const requestId = ended?.upstreamRequestId ?? attempt.requestId;
  const decision = ended?.decision;
  return {
    n: started.n,
    account_email: started.account,
    provider: started.provider,
    mapped_model: redact(started.mappedModel),
    started_ms: whole(started.ms) ?? 0,
    first_byte_ms: whole(attempt.answeredMs),
    first_content_ms: whole(attempt.contentMs),
    ended_ms: whole(ended?.ms ?? exchangeEndMs) ?? 0,
    status: ended?.status ?? attempt.status ?? null,
    result: ended?.result ?? 'cancelled',
    failure: failure === undefined ? null : redact(`${failure.kind}: ${failure.detail}`),
    action: decision === undefined ? '' : actionWord(decision),
    delay_ms: decision?.action === 'retry' ? whole(decision.afterMs) : null,
    upstream_request_id: requestId === undefined ? null : redact(requestId),
    ...tokens(ended?.usage ?? {}),
    why: decision === undefined ? null : redact(decision.why),
    hedge: started.hedge === true,
    resume: started.resume?.way ?? null,
  };
}

function actionWord(decision: RetryDecision): AttemptAction {
  if (decision.action === 'give-up') return 'give-up';
  if (decision.remedy === 'signature-repair') return 'repair';
  if (decision.account === 'next-model') return 'next-model';
  return decision.account === 'same' ? 'retry-same' : 'retry-another';
}

export function tokens(usage: Usage): Pick<RequestRow, 'input_tokens' | 'output_tokens'> {
  return { input_tokens: whole(usage.inputTokens), output_tokens: whole(usage.outputTokens) };
}

export function whole(n: number | undefined): number | null {
  return n === undefined || !Number.isFinite(n) ? null : Math.round(n);
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
