import { describe, expect, it } from 'vitest';
import type { RetryDecision } from '../model/failure.ts';
import { isCharged, withoutBudget } from './decide.ts';

const retry = { action: 'retry', why: 'it broke', afterMs: 0, backoff: 'none', account: 'another' } as const;
const cooldown = { scope: 'account', ms: 5_000, told: false, reason: 'it broke' } as const;

describe('the retry budget', () => {
  it.each<[string, boolean, RetryDecision]>([
    ['another account of the same model', true, retry],
    ['the same account again', true, { ...retry, account: 'same', afterMs: 3_000, backoff: 'linear' }],
    [
      'going on to the next model, which adds nothing to the outage of this one',
      false,
      { ...retry, account: 'next-model' },
    ],
    ['the repair of a history', false, { ...retry, account: 'same', remedy: 'signature-repair' }],
    ['asking in words after a refused beginning', false, { ...retry, account: 'same', remedy: 'ask-to-go-on' }],
    ['giving up', false, { action: 'give-up', why: 'it broke' }],
  ])('%s: charged %s', (_what, charged, decision) => {
    expect(isCharged(decision)).toBe(charged);
  });

  it('leads to the next model when it denies a retry, and to the end without one; the account rests all the same', () => {
    const denied = { ...retry, cooldown };
    expect(withoutBudget(denied, { nextModel: true })).toMatchObject({ account: 'next-model', afterMs: 0, cooldown });
    expect(withoutBudget(denied, { nextModel: false })).toMatchObject({ action: 'give-up', cooldown });
  });
});
