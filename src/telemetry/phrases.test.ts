import { describe, expect, it } from 'vitest';
import type { FailureKind, Reach, RetryDecision } from '../model/failure.ts';
import type { Fact } from '../model/journal.ts';
import type { Protocol } from '../model/request.ts';
import { createNarrator } from './narrate.ts';
import { phrases, streamResumed } from './phrases.ts';

const retry = (account: 'same' | 'another' | 'next-model', extra: object = {}): RetryDecision => ({
  action: 'retry',
  why: 'the reason',
  afterMs: 200,
  backoff: 'fixed',
  account,
  ...extra,
});
const giveUp: RetryDecision = { action: 'give-up', why: 'the reason' };

function ended(kind: FailureKind, reach: Reach, decision?: RetryDecision, status?: number): Fact {
  return {
    fact: 'attempt-ended',
    id: 'A',
    n: 1,
    ms: 60_000,
    result: 'failed',
    ...(status === undefined ? {} : { status }),
    failure: { kind, reach, detail: 'the detail' },
    ...(decision === undefined ? {} : { decision }),
    usage: {},
  };
}
const scene = { account: 'ada@example.com', forMs: 60_000 };
const first = (fact: Fact, protocol: Protocol = 'anthropic') => phrases(fact, protocol, scene)[0]?.msg;

describe('a failure before content', () => {
  const table: [FailureKind, Reach, string, string][] = [
    [
      'stream-error',
      'streaming',
      'Stream error during peek: the detail, retrying...',
      '[Gemini] Stream error during peek: the detail, retrying...',
    ],
    [
      'garbage',
      'streaming',
      'Stream error during peek: the detail, retrying...',
      '[Gemini] Stream error during peek: the detail, retrying...',
    ],
    [
      'unreachable',
      'streaming',
      'Stream error during peek: the detail, retrying...',
      '[Gemini] Stream error during peek: the detail, retrying...',
    ],
    [
      'malformed-answer',
      'streaming',
      'Stream error during peek: the detail, retrying...',
      '[Gemini] Stream error during peek: the detail, retrying...',
    ],
    [
      'rate-limited',
      'streaming',
      'Stream error during peek: the detail, retrying...',
      '[Gemini] Stream error during peek: the detail, retrying...',
    ],
    [
      'ended',
      'streaming',
      'Stream ended during peek (Empty Response), retrying...',
      '[Gemini] Stream ended immediately, retrying...',
    ],
    [
      'empty',
      'streaming',
      'Stream ended during peek (Empty Response), retrying...',
      '[Gemini] Empty first chunk received, retrying...',
    ],
    [
      'silent',
      'streaming',
      'Timeout waiting for first data (60s), retrying...',
      '[Gemini] Timeout waiting for first data (60s), retrying...',
    ],
    [
      'silent',
      'unanswered',
      'Timeout waiting for first data (60s), retrying...',
      '[Gemini] Timeout waiting for first data (60s), retrying...',
    ],
  ];

  it.each(table)('of kind %s (%s) is told in the words users search for', (kind, reach, plain, gemini) => {
    const fact = ended(kind, reach, retry('another'));
    expect(first(fact)).toBe(plain);
    expect(first(fact, 'openai-chat')).toBe(plain);
    expect(first(fact, 'gemini')).toBe(gemini);
    expect(phrases(fact, 'anthropic', scene)[0]?.level).toBe('warn');
  });

  it.each(table)('of kind %s (%s) is not said to be retried when it is not', (kind, reach, plain, gemini) => {
    for (const decision of [giveUp, undefined]) {
      const fact = ended(kind, reach, decision);
      expect(first(fact)).toBe(plain.replace('retrying...', 'giving up'));
      expect(first(fact, 'gemini')).toBe(gemini.replace('retrying...', 'giving up'));
    }
  });

  it('is told with the time that was really waited', () => {
    const fact = ended('silent', 'streaming', retry('another'));
    expect(phrases(fact, 'anthropic', { account: 'a', forMs: 30_000 })[0]?.msg).toContain('first data (30s)');
    expect(phrases(fact, 'anthropic', { account: 'a', forMs: 1_530 })[0]?.msg).toContain('first data (1.5s)');
    expect(phrases(fact, 'anthropic', { account: 'a', forMs: 250 })[0]?.msg).toContain('first data (250ms)');
  });

  it('is one line, however the upstream put it', () => {
    const fact = ended('stream-error', 'streaming', retry('another')) as Extract<Fact, { fact: 'attempt-ended' }>;
    const failure = { kind: 'stream-error', reach: 'streaming', detail: `a\r\n\tb${'c'.repeat(2000)}` } as const;
    const msg = first({ ...fact, failure });
    expect(msg).toMatch(/^Stream error during peek: a bc{490,500}…, retrying\.\.\.$/);
  });
});

it('a refusal with a status is no failure of a stream', () => {
  for (const kind of ['rate-limited', 'server-error', 'overloaded', 'credential-refused', 'unreachable'] as const) {
    const msg = first(ended(kind, 'refused', retry('another'), 429));
    expect(msg).toBe(`Upstream failure from ada@example.com with status 429: ${kind}: the detail`);
  }
});

it('a refused signature that is repaired is told as the lesson quotes it, as a warning', () => {
  const fact = ended('signature-refused', 'refused', retry('same', { remedy: 'signature-repair' }), 400);
  expect(phrases(fact, 'anthropic', scene)).toEqual([
    {
      level: 'warn',
      msg: 'Unexpected thinking signature error (the detail). Retrying with all thinking blocks removed.',
    },
    { level: 'info', msg: 'Keeping same account: ada@example.com (the reason)' },
  ]);
});

it('a refused signature that is not repaired does not say that it is', () => {
  for (const decision of [giveUp, retry('another')]) {
    expect(first(ended('signature-refused', 'refused', decision, 400))).not.toContain('Retrying with');
  }
});

it.each(['cut', 'stalled', 'stream-error', 'rate-limited'] as const)('%s after content is an interruption', (kind) => {
  expect(first(ended(kind, 'committed', giveUp), 'gemini')).toBe(`Stream interrupted: ${kind}: the detail`);
});

it.each([
  ['another', 'Rotating account: ada@example.com → another (the reason)'],
  ['same', 'Keeping same account: ada@example.com (the reason)'],
  ['next-model', "Trying the route's next model (the reason)"],
] as const)('a retry with %s account says so', (account, sentence) => {
  const lines = phrases(ended('ended', 'streaming', retry(account)), 'anthropic', scene).map((line) => line.msg);
  expect(lines).toContain(sentence);
});

it('an account that has to rest is told with the time and the scope', () => {
  const cooldown = { scope: 'model', ms: 30_000, told: true, reason: 'RESOURCE_EXHAUSTED' };
  const lines = phrases(ended('rate-limited', 'refused', retry('another', { cooldown }), 429), 'gemini', scene);
  expect(lines.at(-1)?.msg).toBe('Account ada@example.com rests 30s for this model: RESOURCE_EXHAUSTED');
});

it.each([
  ['fixed', 'Retry with fixed delay: 200 ms (why)'],
  ['linear', 'Retry with linear backoff: 200 ms (why)'],
  ['exponential', 'Retry with exponential backoff: 200 ms (why)'],
  ['none', 'Retry after 200 ms (why)'],
] as const)('a wait of kind %s', (backoff, sentence) => {
  expect(first({ fact: 'waiting', id: 'A', ms: 1, forMs: 200.4, backoff, why: 'why' })).toBe(sentence);
});

it('a resumed stream has its keyword', () => {
  expect(streamResumed('bob', 'm', '120 characters of overlap cut').msg).toMatch(/^Stream resumed: /);
});

it('the end of an exchange is summed up in one line', () => {
  const fact: Fact = {
    fact: 'exchange-ended',
    id: 'A',
    ms: 2345,
    outcome: 'healed',
    status: 200,
    flags: ['retried'],
    attempts: 2,
    account: 'bob@example.com',
    mappedModel: 'gemini-3-flash',
    usage: { inputTokens: 10 },
    stopReason: 'end_turn',
    responseHeaders: {},
    responseBody: new Uint8Array(),
    responseBytes: 0,
  };
  expect(phrases(fact, 'anthropic')).toEqual([
    {
      level: 'info',
      msg: 'completed after healing: outcome healed, status 200, account bob@example.com, model gemini-3-flash, tokens 10 in ? out, 2 attempts, 2.3s, stop end_turn, flags retried',
    },
  ]);
});

describe('the narrator', () => {
  const start = (id: string, protocol: Protocol): Fact => ({
    fact: 'exchange-started',
    id,
    time: 0,
    protocol,
    method: 'POST',
    path: '/v1/messages',
    model: 'm',
    stream: true,
    headers: {},
    body: new Uint8Array(),
  });
  const attempt = (id: string, n: number, ms: number, account: string): Fact => ({
    fact: 'attempt-started',
    id,
    n,
    ms,
    account,
    provider: 'gemini',
    mappedModel: 'm',
    restored: 0,
    degraded: 0,
    repaired: false,
  });

  it('knows dialect, account and waiting time of each of several exchanges at once', () => {
    const narrate = createNarrator();
    narrate(start('A', 'gemini'));
    narrate(start('B', 'anthropic'));
    narrate(attempt('A', 1, 5, 'ada'));
    narrate(attempt('B', 1, 30_000, 'bob'));
    const fact = (id: string) => ({ ...ended('silent', 'streaming', retry('another')), id }) as Fact;
    expect(narrate(fact('A')).map((line) => line.msg)).toEqual([
      '[Gemini] Timeout waiting for first data (60s), retrying...',
      'Rotating account: ada → another (the reason)',
    ]);
    expect(narrate(fact('B'))[0]?.msg).toBe('Timeout waiting for first data (30s), retrying...');
  });
});
