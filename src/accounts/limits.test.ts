import { expect, it } from 'vitest';
import { Refusal } from '../model/failure.ts';
import type { UpstreamAnswer, UpstreamAttempt } from '../model/ports.ts';
import { limitsInGoogleError, limitsInHeaders } from '../upstreams/limit-headers.ts';
import { createAccountLimits, LIMIT_KEPT_MS } from './limits.ts';
import { accountOf, adapterOf } from './pool.testing.ts';

const never = new AbortController().signal;
const bodyOf = { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) as const }) };

function setup() {
  let now = Date.UTC(2026, 10, 20, 18);
  const limits = createAccountLimits({ now: () => now }, { headers: limitsInHeaders, refusal: limitsInGoogleError });
  const ask = (email: string, answer: Record<string, string> | Refusal): Promise<UpstreamAnswer> => {
    const open = async (): Promise<UpstreamAnswer> => {
      if (answer instanceof Refusal) throw answer;
      return { status: 200, headers: answer, body: bodyOf };
    };
    const attempt = { account: accountOf(email) } as UpstreamAttempt;
    return limits.listenTo({ ...adapterOf('anthropic'), open }).open(attempt, never);
  };
  const pass = (ms: number): void => {
    now += ms;
  };
  return { limits, ask, pass };
}
const remaining = (count: number) => ({ 'x-ratelimit-remaining-requests': String(count) });

it('shows what was told last, also by a refusal, and keeps it when an answer tells nothing', async () => {
  const { limits, ask, pass } = setup();
  await ask('ada', remaining(5));
  pass(1_000);
  const failure = { kind: 'rate-limited', reach: 'refused', status: 429, detail: 'slow down' } as const;
  await expect(ask('ada', new Refusal(failure, remaining(0)))).rejects.toThrow('slow down');
  await ask('ada', { date: 'today' });
  await ask('bob', remaining(7));
  expect(limits.of('ada')).toEqual([
    { what: 'requests', limit: null, remaining: 0, resets_at: null, seen_at: '2026-11-20T18:00:01.000Z' },
  ]);
  expect(limits.of('bob')).toMatchObject([{ remaining: 7 }]);
  expect(limits.of('nobody')).toEqual([]);
});

it('reads the quotas in the body of a 429', async () => {
  const { limits, ask } = setup();
  const details = [{ '@type': 'x/google.rpc.QuotaFailure', violations: [{ quotaId: 'PerDay', quotaValue: '20' }] }];
  const failure = {
    kind: 'quota-exhausted',
    reach: 'refused',
    status: 429,
    detail: '',
    body: JSON.stringify({ error: { details } }),
  } as const;
  await ask('ada', new Refusal(failure, {})).catch(() => undefined);
  expect(limits.of('ada')).toMatchObject([{ what: 'PerDay', limit: 20, remaining: 0 }]);
});

it('leaves a failure without an answer as it is', async () => {
  const { limits, ask } = setup();
  const failure = { kind: 'unreachable', reach: 'unsent', detail: 'nobody there' } as const;
  await expect(ask('ada', new Refusal(failure))).rejects.toMatchObject({ failure });
  expect(limits.of('ada')).toEqual([]);
});

it('forgets a removed account, and what has not been told for a day', async () => {
  const { limits, ask, pass } = setup();
  await ask('ada', remaining(1));
  await ask('bob', remaining(1));
  limits.forget('ada');
  expect([limits.of('ada').length, limits.of('bob').length]).toEqual([0, 1]);
  pass(LIMIT_KEPT_MS);
  expect(limits.of('bob')).toEqual([]);
});

it('reads many answers in between without being looked at', async () => {
  const { limits, ask } = setup();
  for (let n = 0; n < 200; n += 1) await ask(`account-${n % 3}`, remaining(n));
  expect(limits.of('account-1')).toMatchObject([{ remaining: 199 }]);
});
