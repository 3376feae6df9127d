/** Causes that are recognised by how a request ended, whatever failed before: fine answers, healing by name, refusals before any attempt, and ends from outside. */

import type { Cause } from './causes.ts';
import type { Reading } from './reading.ts';

const second = 1_000;
const minute = 60 * second;

const isOk = ({ record }: Reading): boolean => record.row.outcome === 'ok';
const isHealed = ({ record }: Reading): boolean => record.row.outcome === 'healed';
const isFailed = ({ record }: Reading): boolean => record.row.outcome === 'failed';
const isCancelled = ({ record }: Reading): boolean => record.row.outcome === 'cancelled';
const stop = ({ record }: Reading): string => record.row.stop_reason ?? '';
/** A count of tokens or a list says nothing and stops for no reason. */
const isEmpty = ({ record }: Reading): boolean =>
  record.row.stop_reason !== null && record.row.first_content_ms === null;
const unasked =
  (...statuses: readonly number[]) =>
  (reading: Reading): boolean =>
    isFailed(reading) && reading.record.attempts.length === 0 && statuses.includes(reading.record.row.status);
const saysUnasked =
  (words: RegExp) =>
  (reading: Reading): boolean =>
    isFailed(reading) && reading.record.attempts.length === 0 && words.test(reading.error);

const MAX_TOKENS = /^(max_tokens|MAX_TOKENS|length|max_output_tokens|model_context_window_exceeded)$/;
const REFUSAL =
  /^(refusal|content_filter|SAFETY|RECITATION|PROHIBITED_CONTENT|BLOCKLIST|SPII|LANGUAGE|IMAGE_SAFETY|OTHER)$/;

/** Timeouts that clients come with; one that leaves just then did not leave by hand. */
const CLIENT_TIMEOUTS_MS: readonly number[] = [10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600].map((s) => s * second);
const TIMEOUT_SLACK = 0.02;

function leftAtTimeout({ record }: Reading): boolean {
  const { duration_ms, first_content_ms } = record.row;
  if (first_content_ms !== null) return false;
  return CLIENT_TIMEOUTS_MS.some((ms) => duration_ms >= ms && duration_ms <= ms * (1 + TIMEOUT_SLACK));
}

export const ENDING_CAUSES: readonly Cause[] = [
  {
    cause: 'internal',
    why: 'the gateway blames itself and nobody else',
    when: (reading) => isFailed(reading) && /fault of its own/.test(reading.error),
    verdict: 'act',
    stage: 'none',
    advice: ['report-fault'],
  },
  {
    cause: 'shutting-down',
    why: 'a drain ends what has not ended by itself',
    when: (reading) => isFailed(reading) && /gateway is shutting down/.test(reading.error),
    verdict: 'wait',
    stage: 'none',
    advice: ['after-restart'],
    usualMs: 10 * second,
  },
  {
    cause: 'cancelled-at-timeout',
    why: 'nobody presses a key after exactly so many seconds',
    when: (reading) => isCancelled(reading) && leftAtTimeout(reading),
    verdict: 'act',
    stage: 'request',
    advice: ['client-timeout', 'open-early'],
  },
  {
    cause: 'cancelled-waiting',
    why: 'the client left before any content had come',
    when: (reading) => isCancelled(reading) && reading.record.row.first_content_ms === null,
    verdict: 'fine',
    stage: 'request',
    advice: ['left-by-hand'],
  },
  {
    cause: 'cancelled-answering',
    why: 'the client left in the middle of the answer',
    when: isCancelled,
    verdict: 'fine',
    stage: 'request',
    advice: ['nothing'],
  },
  {
    cause: 'max-tokens-empty',
    why: 'all tokens that were allowed went into thinking',
    when: (reading) => isOk(reading) && MAX_TOKENS.test(stop(reading)) && isEmpty(reading),
    verdict: 'act',
    stage: 'request',
    advice: ['raise-max-tokens'],
  },
  {
    cause: 'max-tokens',
    why: 'the answer is as long as the client allowed',
    when: (reading) => isOk(reading) && MAX_TOKENS.test(stop(reading)),
    verdict: 'fine',
    stage: 'none',
    advice: ['raise-max-tokens'],
  },
  {
    cause: 'refusal',
    why: 'a refusal is a proper end, and asking again repeats it',
    when: (reading) => isOk(reading) && REFUSAL.test(stop(reading)),
    verdict: 'act',
    stage: 'request',
    advice: ['change-prompt'],
  },
  {
    cause: 'no-content',
    why: 'the upstream ended properly with a reason that promises no content',
    when: (reading) => isOk(reading) && isEmpty(reading),
    verdict: 'act',
    stage: 'request',
    advice: ['look-at-stop-reason'],
  },
  {
    cause: 'hedged',
    why: 'a second attempt beside a slow one is no failure',
    when: (reading) => isOk(reading) && reading.record.attempts.some(({ hedge }) => hedge === true),
    verdict: 'fine',
    stage: 'none',
    advice: ['nothing'],
  },
  {
    cause: 'queued',
    why: 'the request waited for an account before anything was asked',
    when: (reading) => isOk(reading) && reading.record.steps.some(({ what }) => what === 'queued'),
    verdict: 'fine',
    stage: 'account',
    advice: ['add-account'],
  },
  {
    cause: 'fine',
    why: 'nothing failed',
    when: isOk,
    verdict: 'fine',
    stage: 'none',
    advice: ['nothing'],
  },
  {
    cause: 'resumed',
    why: 'an answer that had begun was gone on with',
    when: (reading) => isHealed(reading) && reading.record.row.flags.includes('resumed'),
    verdict: 'healed',
    stage: 'stream',
    advice: ['nothing'],
  },
  {
    cause: 'repaired',
    why: 'the last refusal was about a signature, and the repaired history was accepted',
    when: (reading) =>
      isHealed(reading) && reading.record.row.flags.includes('repaired') && lastFailed(reading) === 'signature-refused',
    verdict: 'healed',
    stage: 'signature',
    advice: ['repair-often'],
  },
  {
    cause: 'fallback',
    why: 'another model of the route answered',
    when: (reading) => isHealed(reading) && reading.record.row.flags.includes('fallback'),
    verdict: 'healed',
    stage: 'account',
    advice: ['nothing'],
  },
  {
    cause: 'resting-refused',
    why: 'the rest of such an account ends by itself, and the next request is refused for the same reason',
    when: saysUnasked(
      /\bis resting (?:for \d+ s )?\((credential-refused|permission-refused|account-exhausted|model-unavailable|model-unknown)\b/,
    ),
    verdict: 'act',
    stage: 'account',
    advice: ['mend-refusal'],
  },
  {
    cause: 'all-resting',
    why: 'every account that could serve was resting, so nothing was asked',
    when: saysUnasked(/\bis resting\b/),
    verdict: 'wait',
    stage: 'account',
    advice: [['wait-until', 'wait-over', 'wait-usual'], 'add-account'],
    usualMs: minute,
  },
  {
    cause: 'no-account',
    why: 'no account claims this name, or none in this dialect',
    when: saysUnasked(/^no account of this gateway can serve/),
    verdict: 'act',
    stage: 'account',
    advice: ['claim-model'],
  },
  {
    cause: 'body-too-large',
    why: 'the gateway read no further than it may',
    when: unasked(413),
    verdict: 'act',
    stage: 'request',
    advice: ['raise-max-body'],
  },
  {
    cause: 'key-reused',
    why: 'one Idempotency-Key came with two different requests',
    when: unasked(422),
    verdict: 'act',
    stage: 'request',
    advice: ['own-idempotency-key'],
  },
  {
    cause: 'client-key',
    why: 'the client’s own key is not one of the gateway’s',
    when: unasked(401),
    verdict: 'act',
    stage: 'request',
    advice: ['set-client-key'],
  },
  {
    cause: 'host-refused',
    why: 'the Host header or the Origin is not one that is allowed',
    when: unasked(403, 421),
    verdict: 'act',
    stage: 'request',
    advice: ['allow-host'],
  },
  {
    cause: 'wrong-path',
    why: 'nothing is served at this path or for this method',
    when: unasked(404, 405),
    verdict: 'act',
    stage: 'request',
    advice: ['mend-path'],
  },
  {
    cause: 'body-not-json',
    why: 'the body could not be read at all',
    when: saysUnasked(/JSON|nested deeper|UTF-8/),
    verdict: 'act',
    stage: 'request',
    advice: ['mend-body'],
  },
  {
    cause: 'request-invalid',
    why: 'the gateway itself found what no upstream would have accepted',
    when: (reading) => isFailed(reading) && reading.record.attempts.length === 0,
    verdict: 'act',
    stage: 'request',
    advice: ['mend-request'],
  },
  {
    cause: 'budget',
    why: 'retries are rationed while too many requests for a model fail',
    when: (reading) => isFailed(reading) && /too many requests for this model fail at once/.test(reading.gaveUp),
    verdict: 'wait',
    stage: 'account',
    advice: ['wait-usual', 'look-at-others'],
    usualMs: 10 * second,
  },
  {
    cause: 'interrupted',
    why: 'content had been shown, and nobody could go on with it',
    when: (reading) => isFailed(reading) && reading.record.row.flags.includes('interrupted'),
    verdict: 'wait',
    stage: 'stream',
    advice: ['ask-again-now', ['wait-until', 'wait-usual'], 'why-not-resumed'],
    usualMs: 10 * second,
  },
  {
    cause: 'deadline',
    why: 'the deadline of the whole request was what ended it',
    when: (reading) =>
      isFailed(reading) &&
      /the deadline (has )?passed|before the deadline/.test(`${reading.gaveUp} ${reading.failed.at(-1)?.detail ?? ''}`),
    verdict: 'wait',
    stage: 'peek',
    advice: [['wait-until', 'wait-over', 'wait-usual'], 'raise-deadline'],
    usualMs: minute,
  },
  {
    cause: 'ended-without-failure',
    why: 'the request failed and no attempt says why: the record is older than the words, or damaged',
    when: (reading) => isFailed(reading) && reading.telling === undefined,
    verdict: 'act',
    stage: 'none',
    advice: ['report-fault'],
  },
];

function lastFailed({ failed }: Reading): string | undefined {
  return failed.at(-1)?.kind;
}
