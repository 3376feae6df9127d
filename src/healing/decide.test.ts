import { describe, expect, it } from 'vitest';
import type { Failure, FailureKind } from '../model/failure.ts';
import { decide, type RetryHistory, type RetryLimits } from './decide.ts';
import { RULES, repeatWaitMs } from './rules.ts';

const limits: RetryLimits = { maxAttempts: 3, backoff: {} };
const alone: RetryHistory = {
  attempts: 1,
  repeats: 1,
  repaired: false,
  another: false,
  anotherProvider: false,
  roundAgain: false,
  nextModel: false,
  remainingMs: 600_000,
  emptyAccounts: 0,
};
const middleRoll = 0.5;
const final = 'a tool call had already reached the client';

function fails(kind: FailureKind, more: Partial<Failure> = {}): Failure {
  return { kind, reach: 'refused', detail: 'said so', ...more };
}
function decided(failure: Failure, history: Partial<RetryHistory> = {}, own: Partial<RetryLimits> = {}) {
  return decide(failure, { ...alone, ...history }, { ...limits, ...own }, middleRoll);
}

describe('after a refused signature', () => {
  it('repairs once, on the same account, after 200 ms', () => {
    expect(decided(fails('signature-refused'), { another: true })).toMatchObject({
      action: 'retry',
      account: 'same',
      afterMs: 200,
      backoff: 'fixed',
      remedy: 'signature-repair',
    });
  });

  it('gives up when the repaired history was refused too', () => {
    expect(decided(fails('signature-refused'), { repaired: true, another: true, nextModel: true }).action).toBe(
      'give-up',
    );
  });

  it('does not repair when no attempt is left', () => {
    expect(decided(fails('signature-refused'), { attempts: 3 }).action).toBe('give-up');
  });
});

describe('after a request that no attempt can cure', () => {
  it('asks neither another account nor another model', () => {
    expect(decided(fails('request-refused'), { another: true, nextModel: true }).action).toBe('give-up');
  });

  it('asks the next model, never the same one, when the context is too long', () => {
    expect(decided(fails('context-too-long'), { another: true, nextModel: true })).toMatchObject({
      account: 'next-model',
      afterMs: 0,
    });
    expect(decided(fails('context-too-long'), { another: true }).action).toBe('give-up');
  });
});

describe('after a refused credential', () => {
  it('asks another account after 200 ms and lets this one rest', () => {
    expect(decided(fails('credential-refused', { status: 401 }), { another: true })).toMatchObject({
      action: 'retry',
      account: 'another',
      afterMs: 200,
      cooldown: { scope: 'account', told: false },
    });
  });

  it('never asks the same account again', () => {
    expect(decided(fails('credential-refused', { status: 401 })).action).toBe('give-up');
    expect(decided(fails('permission-refused', { status: 403 }), { roundAgain: true }).action).toBe('give-up');
  });
});

describe('after a limit', () => {
  const named = (retryAfterMs: number) => fails('rate-limited', { status: 429, retryAfterMs });

  it('asks another account at once and remembers the named time', () => {
    expect(decided(named(20_000), { another: true })).toMatchObject({
      account: 'another',
      afterMs: 0,
      cooldown: { scope: 'model', ms: 20_000, told: true },
    });
  });

  it('waits the named time on the same account when it is alone, never shorter', () => {
    for (const roll of [0, 0.3, 0.99]) {
      const decision = decide(named(2_000), alone, limits, roll);
      expect(decision).toMatchObject({ action: 'retry', account: 'same', backoff: 'fixed' });
      if (decision.action === 'retry') {
        expect(decision.afterMs).toBeGreaterThanOrEqual(2_000);
        expect(decision.afterMs).toBeLessThanOrEqual(2_200);
      }
    }
  });

  it('tries the next model at once only when the named time is over 5 s', () => {
    expect(decided(named(5_000), { nextModel: true })).toMatchObject({ account: 'same' });
    expect(decided(named(5_001), { nextModel: true })).toMatchObject({ account: 'next-model', afterMs: 0 });
  });

  it('gives up when the named time is over 30 s and nothing else can serve', () => {
    expect(decided(named(30_001)).action).toBe('give-up');
  });

  it('waits 5 s, then 10 s, when no time was named', () => {
    expect(decided(fails('rate-limited', { status: 429 }), { attempts: 1 })).toMatchObject({
      afterMs: 5_000,
      backoff: 'linear',
    });
    expect(decided(fails('rate-limited', { status: 429 }), { attempts: 2, repeats: 2 })).toMatchObject({
      afterMs: 10_000,
    });
  });

  it('does not let an account rest for its provider’s lack of capacity', () => {
    expect(decided(fails('capacity-limited', { status: 429 }), { another: true })).not.toHaveProperty('cooldown');
  });
});

describe('after a provider’s own failure', () => {
  it('asks another account at once after a 500, and waits linearly where there is none', () => {
    expect(decided(fails('server-error', { status: 500 }), { another: true })).toMatchObject({
      account: 'another',
      afterMs: 0,
    });
    expect(decided(fails('server-error', { status: 500 }))).toMatchObject({
      account: 'same',
      afterMs: 3_000,
      backoff: 'linear',
    });
    expect(decided(fails('server-error', { status: 500 }), { attempts: 2 })).toMatchObject({ afterMs: 6_000 });
  });

  it('keeps the account after an overload, waiting 10 s, 20 s', () => {
    expect(decided(fails('overloaded', { status: 529 }), { another: true })).toMatchObject({
      account: 'same',
      afterMs: 10_000,
      backoff: 'exponential',
    });
    expect(decided(fails('overloaded', { status: 503 }), { attempts: 2, repeats: 2 })).toMatchObject({
      afterMs: 20_000,
    });
  });

  it('asks another provider at once after an overload', () => {
    expect(decided(fails('overloaded', { status: 529 }), { another: true, anotherProvider: true })).toMatchObject({
      account: 'another',
      afterMs: 0,
    });
  });

  it('asks another account once the same one was overloaded twice', () => {
    expect(decided(fails('overloaded', { status: 529 }), { attempts: 2, repeats: 2, another: true })).toMatchObject({
      account: 'another',
      afterMs: 0,
    });
  });
});

describe('after a failed peek', () => {
  it.each<FailureKind>([
    'ended',
    'empty',
    'stream-error',
    'garbage',
    'malformed-answer',
    'unreachable',
    'cut',
    'stalled',
    'silent',
  ])('asks another account without a wait after %s, or the same where it is the only one', (kind) => {
    const failure = fails(kind, { reach: 'streaming' });
    expect(decided(failure, { another: true })).toMatchObject({ account: 'another', afterMs: 0 });
    expect(decided(failure)).toMatchObject({ account: 'same', afterMs: 0 });
  });

  it('asks a silent account twice only when neither another account nor another model is left', () => {
    expect(decided(fails('silent', { reach: 'unanswered' }), { nextModel: true })).toMatchObject({
      account: 'next-model',
    });
  });

  it('leaves a model whose stream fell silent for the next one at once, and one that broke off only when its attempts are used up', () => {
    expect(decided(fails('stalled', { reach: 'committed' }), { nextModel: true })).toMatchObject({
      account: 'next-model',
    });
    expect(decided(fails('cut', { reach: 'committed' }), { nextModel: true })).toMatchObject({ account: 'same' });
  });

  it('gives the only account a second before it is asked a third time', () => {
    const reset = fails('unreachable', { reach: 'unanswered' });
    expect(decided(reset, { attempts: 2, repeats: 2 })).toMatchObject({ account: 'same', afterMs: 1_000 });
  });

  it('goes round again to the account that failed first, rather than twice to the last', () => {
    expect(decided(fails('ended', { reach: 'streaming' }), { attempts: 2, roundAgain: true })).toMatchObject({
      account: 'another',
    });
  });
});

describe('an account that is the only one', () => {
  it('is asked again at once after a broken connection, and after a second one not at once', () => {
    const reset = fails('unreachable', { reach: 'unanswered' });
    expect(decided(reset)).toMatchObject({ account: 'same', afterMs: 0 });
    expect(decided(reset, { attempts: 2, repeats: 2 })).toMatchObject({ account: 'same', afterMs: repeatWaitMs });
  });
});

describe('after a stream that broke when content had flowed', () => {
  it('lets the account rest a little, so that the next attempt or the client’s own retry lands elsewhere', () => {
    const cooldown = { scope: 'model', told: false };
    expect(decided(fails('cut', { reach: 'committed' }), { final })).toMatchObject({ action: 'give-up', cooldown });
    expect(decided(fails('cut', { reach: 'committed' }))).toMatchObject({ action: 'retry', account: 'same', cooldown });
  });

  it('goes on with another account at once', () => {
    expect(decided(fails('cut', { reach: 'committed' }), { another: true })).toMatchObject({
      action: 'retry',
      account: 'another',
      afterMs: 0,
    });
  });

  it('asks in words where a begun answer was refused, and only once', () => {
    const refused = fails('request-refused', { reach: 'refused' });
    expect(decided(refused, { attempts: 2, resumedBy: 'prefill' })).toMatchObject({
      action: 'retry',
      account: 'same',
      afterMs: 0,
      remedy: 'ask-to-go-on',
    });
    expect(decided(refused, { attempts: 2, resumedBy: 'ask' }).action).toBe('give-up');
    expect(decided(refused, { attempts: 3, resumedBy: 'prefill' }).action).toBe('give-up');
  });
});

describe('when every account ends the same prompt without a word', () => {
  const empty = fails('empty', { reach: 'streaming' });

  it('takes it for a refusal of the prompt once nobody else is left to ask', () => {
    expect(decided(empty, { attempts: 2, emptyAccounts: 2, roundAgain: true })).toMatchObject({ action: 'give-up' });
    expect(decided(empty, { attempts: 2, emptyAccounts: 2, another: true })).toMatchObject({ account: 'another' });
    expect(decided(empty, { attempts: 1, emptyAccounts: 1 })).toMatchObject({ account: 'same' });
  });

  it('still tries the route’s next model, which may answer', () => {
    expect(decided(empty, { attempts: 2, emptyAccounts: 2, nextModel: true })).toMatchObject({ account: 'next-model' });
  });
});

describe('in every case', () => {
  const kinds = Object.keys(RULES) as FailureKind[];

  it.each(kinds)('never retries after content has reached the client that cannot be gone on with (%s)', (kind) => {
    const history = { another: true, nextModel: true, final };
    expect(decided(fails(kind, { reach: 'committed' }), history)).toMatchObject({ action: 'give-up', why: final });
  });

  it.each(kinds)('has no wait and no attempt after the last one (%s)', (kind) => {
    const decision = decided(fails(kind), { attempts: 3, another: true, roundAgain: true });
    expect(decision.action).toBe('give-up');
  });

  it.each(kinds)('never waits past the deadline (%s)', (kind) => {
    const decision = decided(fails(kind, { retryAfterMs: 4_000 }), { remainingMs: 100 });
    if (decision.action === 'retry') expect(decision.afterMs).toBeLessThanOrEqual(100);
  });

  it.each(kinds)('makes no attempt once the deadline has passed (%s)', (kind) => {
    expect(decided(fails(kind), { remainingMs: 0, another: true, nextModel: true }).action).toBe('give-up');
  });

  it.each(kinds)('gives its reason (%s)', (kind) => {
    expect(decided(fails(kind)).why.length).toBeGreaterThan(10);
  });

  it('takes each wait of the table from the configuration when it is set there', () => {
    const backoff = {
      '529': { kind: 'fixed', baseMs: 40, maxMs: 40 },
      '429': { kind: 'linear', baseMs: 10, maxMs: 15 },
    } as const;
    expect(decided(fails('overloaded', { status: 529 }), {}, { backoff })).toMatchObject({
      afterMs: 40,
      backoff: 'fixed',
    });
    expect(decided(fails('rate-limited', { status: 429 }), { attempts: 2 }, { backoff })).toMatchObject({
      afterMs: 15,
    });
  });
});
