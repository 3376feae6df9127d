/** Every sentence that the log can write, made by the log itself from one fact of each sort. */

import type { BackoffKind, Failure, FailureKind, Reach, RetryDecision } from '../../src/model/failure.ts';
import type { Fact } from '../../src/model/journal.ts';
import type { Protocol } from '../../src/model/request.ts';
import { phrases } from '../../src/telemetry/phrases.ts';

const protocols: readonly Protocol[] = ['anthropic', 'gemini'];
const reaches: readonly Reach[] = ['unsent', 'unanswered', 'refused', 'streaming', 'committed'];
const backoffs: readonly BackoffKind[] = ['none', 'fixed', 'linear', 'exponential'];

export function sentences(kinds: readonly FailureKind[]): string[] {
  return protocols.flatMap((protocol) =>
    facts(kinds).flatMap((fact) => phrases(fact, protocol, { account: 'ada', forMs: 10 }).map(({ msg }) => msg)),
  );
}

function facts(kinds: readonly FailureKind[]): Fact[] {
  const at = { id: 'id', ms: 20 };
  const usage = {};
  const failures = kinds.flatMap((kind) =>
    reaches.map((reach): Failure => ({ kind, reach, detail: 'detail', status: 400 })),
  );
  const ended = failures.flatMap((failure) =>
    decisions().map((decision): Fact => {
      const { status = 0 } = failure;
      return { fact: 'attempt-ended', ...at, n: 1, result: 'failed', status, failure, decision, usage };
    }),
  );
  const model = { account: 'ada', mappedModel: 'm' };
  const started = { fact: 'attempt-started', ...at, n: 1, ...model, provider: 'gemini', repaired: true } as const;
  const answer = { responseHeaders: {}, responseBody: new Uint8Array(), responseBytes: 0 };
  const outcomes = (['ok', 'healed', 'failed', 'cancelled'] as const).map(
    (outcome): Fact => ({
      fact: 'exchange-ended',
      ...at,
      ...model,
      outcome,
      status: 200,
      flags: [],
      attempts: 1,
      usage,
      ...answer,
    }),
  );
  return [
    ...ended,
    ...outcomes,
    { ...started, restored: 2, degraded: 2 },
    ...backoffs.map((backoff): Fact => ({ fact: 'waiting', ...at, forMs: 200, backoff, why: 'why' })),
    { fact: 'queued', ...at, forMs: 200, why: 'why' },
    { fact: 'opened-early', ...at },
    { fact: 'passed-over', ...at, model: 'm' },
    { fact: 'resumed', ...at, n: 2, ...model, shownCharacters: 20 },
  ];
}

function decisions(): RetryDecision[] {
  const retry = { action: 'retry', why: 'why', afterMs: 0, backoff: 'none' } as const;
  const rest = (scope: 'model' | 'account') => ({ scope, ms: 1_000, told: false, reason: 'reason' });
  return [
    { action: 'give-up', why: 'why', cooldown: rest('model') },
    { ...retry, account: 'same', remedy: 'signature-repair' },
    { ...retry, account: 'another', cooldown: rest('account') },
    { ...retry, account: 'next-model' },
  ];
}
