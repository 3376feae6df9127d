/** Makes records for the tests of the diagnosis from facts, by the real record builder and with the real sentences of the log. */

import type { Failure, FailureKind } from '../../model/failure.ts';
import type { Fact } from '../../model/journal.ts';
import { createNarrator } from '../../telemetry/narrate.ts';
import { createRecordBuilder } from '../record.ts';
import type { RequestRecord } from '../rows.ts';

type EndedAttempt = Extract<Fact, { fact: 'attempt-ended' }>;
type Ended = Extract<Fact, { fact: 'exchange-ended' }>;

export interface Tried {
  readonly account?: string;
  readonly provider?: 'anthropic' | 'gemini' | 'vertex' | 'openai';
  readonly kind?: FailureKind;
  readonly detail?: string;
  readonly status?: number;
  readonly reach?: Failure['reach'];
  readonly decision?: EndedAttempt['decision'];
}
export interface Told {
  readonly tried?: readonly Tried[];
  readonly outcome?: Ended['outcome'];
  readonly flags?: Ended['flags'];
  readonly status?: number;
  readonly stopReason?: string;
  readonly error?: string;
  readonly ms?: number;
  /** Further facts, before the end. */
  readonly facts?: readonly Fact[];
}

export const startTime = Date.UTC(2026, 0, 2, 3, 4, 5);

export function recordFrom(told: Told): RequestRecord {
  const tried = told.tried ?? [];
  const ms = told.ms ?? 1000 * (tried.length + 1);
  const failed = told.outcome === 'failed';
  const facts: Fact[] = [
    {
      fact: 'exchange-started',
      id: 'r',
      time: startTime,
      protocol: 'anthropic',
      method: 'POST',
      path: '/v1/messages',
      model: 'claude-sonnet-4-5',
      stream: true,
      headers: {},
      body: new Uint8Array(),
    },
    ...tried.flatMap((each, at) => attemptFacts(each, at)),
    ...(told.facts ?? []),
    {
      fact: 'exchange-ended',
      id: 'r',
      ms,
      outcome: told.outcome ?? 'ok',
      status: told.status ?? (failed ? 502 : 200),
      flags: told.flags ?? [],
      attempts: tried.length,
      account: tried.at(-1)?.account ?? 'ada@example.com',
      mappedModel: 'claude-sonnet-4-5',
      usage: {},
      ...(told.stopReason === undefined ? {} : { stopReason: told.stopReason }),
      ...(told.error === undefined ? {} : { error: told.error }),
      responseHeaders: {},
      responseBody: new Uint8Array(),
      responseBytes: 0,
    },
  ];
  return recordOf(facts);
}

function recordOf(facts: readonly Fact[]): RequestRecord {
  let record: RequestRecord | undefined;
  const builder = createRecordBuilder({
    finished: (finished) => {
      record = finished;
    },
    narrate: createNarrator(),
    redact: (text) => text,
    bodies: () => ({ keep: 'full', bytesMax: 1000 }),
  });
  for (const fact of facts) builder.see(fact);
  if (record === undefined) throw new Error('the facts have no end');
  return record;
}

function attemptFacts(tried: Tried, at: number): Fact[] {
  const { kind, status, reach = status === undefined ? 'unsent' : 'refused' } = tried;
  const shared = { id: 'r', n: at + 1 };
  const from = at * 1000;
  const account = tried.account ?? 'ada@example.com';
  const started: Fact = {
    ...shared,
    fact: 'attempt-started',
    ms: from,
    account,
    provider: tried.provider ?? 'anthropic',
    mappedModel: 'claude-sonnet-4-5',
    restored: 0,
    degraded: 0,
    repaired: false,
  };
  const isAnswered = kind === undefined || reach === 'streaming' || reach === 'committed';
  const hasContent = kind === undefined || reach === 'committed';
  const failure = kind === undefined ? undefined : { kind, reach, detail: tried.detail ?? 'so it was said' };
  return [
    started,
    ...(isAnswered ? [{ ...shared, fact: 'attempt-answered', ms: from + 100, status: 200 } as const] : []),
    ...(hasContent ? [{ ...shared, fact: 'first-content', ms: from + 200 } as const] : []),
    {
      ...shared,
      fact: 'attempt-ended',
      ms: from + 900,
      result: kind === undefined ? 'ok' : 'failed',
      ...(status === undefined ? {} : { status }),
      ...(failure === undefined ? {} : { failure }),
      ...(tried.decision === undefined ? {} : { decision: tried.decision }),
      usage: {},
    },
  ];
}
