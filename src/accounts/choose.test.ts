import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountConfig, SchedulingMode } from '../model/config.ts';
import type { LeaseWish } from '../model/ports.ts';
import { type Candidate, choose, PREFERENCES, type Scheduling } from './choose.ts';

const now = 1_000_000;
const second = 1_000;

describe('what is forbidden comes first', () => {
  it('no candidate at all, or only disabled ones, is none', () => {
    expect(pick([])).toEqual({ none: 'none' });
    expect(pick([candidate('a', {}, { enabled: false })])).toEqual({ none: 'none' });
  });

  it('an account that failed in this request is not taken while another can be had, however loaded that is', () => {
    const loaded = candidate('b', { inFlight: 100, rest: guess(60) });
    expect(pick([candidate('a'), loaded], { failed: new Set(['a']) })).toMatchObject({ account: { email: 'b' } });
  });

  it('when only failed accounts remain the answer is exhausted', () => {
    expect(pick([candidate('a')], { failed: new Set(['a']) })).toEqual({ none: 'exhausted' });
  });

  it('exhausted says when the first failed account is back, if each was told a time', () => {
    const both = { failed: new Set(['a', 'b']) };
    expect(pick([candidate('a', { rest: told(9) }), candidate('b', { rest: told(4) })], both)).toEqual({
      none: 'exhausted',
      inMs: 4 * second,
      reason: 'told 4',
    });
    expect(pick([candidate('a', { rest: told(9) }), candidate('b', { rest: guess(4) })], both)).toEqual({
      none: 'exhausted',
    });
  });

  it('a time that the provider named is respected, and the first to return is named', () => {
    const all = [candidate('a', { rest: told(30) }), candidate('b', { rest: told(7) })];
    expect(pick(all)).toEqual({ none: 'resting', inMs: 7 * second, reason: 'told 7' });
    expect(pick([...all, candidate('c', { inFlight: 50 })])).toMatchObject({ account: { email: 'c' } });
  });

  it('a request waits for an untried account rather than call itself exhausted', () => {
    const all = [candidate('a'), candidate('b', { rest: told(7) })];
    expect(pick(all, { failed: new Set(['a']) })).toMatchObject({ none: 'resting', inMs: 7 * second });
  });

  it('a rest ends in the millisecond that was named', () => {
    const rest = { until: now, told: true, reason: 'over' };
    expect(pick([candidate('a', { rest })])).toMatchObject({ account: { email: 'a' } });
  });
});

describe('exactly this account', () => {
  it('is taken although it failed, is loaded and rests by guess', () => {
    const only = candidate('a', { inFlight: 9, rest: guess(60) });
    expect(pick([only, candidate('b')], { only: 'a', failed: new Set(['a']) })).toMatchObject({
      account: { email: 'a' },
    });
  });

  it('is waited for when the provider asked for peace, even while another is free', () => {
    const all = [candidate('a', { rest: told(5) }), candidate('b')];
    expect(pick(all, { only: 'a' })).toEqual({ none: 'resting', inMs: 5 * second, reason: 'told 5' });
  });

  it('is not replaced by another when it is no longer there', () => {
    expect(pick([candidate('b')], { only: 'a' })).toEqual({ none: 'exhausted' });
    expect(pick([candidate('a', {}, { enabled: false }), candidate('b')], { only: 'a' })).toEqual({
      none: 'exhausted',
    });
  });
});

describe('the preferences', () => {
  it('each have a reason', () => {
    for (const { name, why } of PREFERENCES) expect([name, why.length > 20]).toEqual([name, true]);
  });

  it('avoid a provider with a condition of its own while another can serve', () => {
    const same = candidate('a', { bound: true });
    const other = candidate('b', { inFlight: 5, rest: guess(5) }, { provider: 'vertex' });
    expect(pick([same, other], { avoidProvider: 'gemini' })).toMatchObject({ account: { email: 'b' } });
    expect(
      pick([same, candidate('c', { rest: told(5) }, { provider: 'vertex' })], { avoidProvider: 'gemini' }),
    ).toMatchObject({ account: { email: 'a' } });
  });

  it('keep a conversation on its account, whatever is in flight there', () => {
    const all = [candidate('a', { bound: true, inFlight: 9 }), candidate('b')];
    expect(pick(all)).toMatchObject({ account: { email: 'a' } });
    expect(pick(all, {}, { sticky: false })).toMatchObject({ account: { email: 'b' } });
    expect(pick(all, {}, { mode: 'performance_first' })).toMatchObject({ account: { email: 'b' } });
  });

  it.each(['cache_first', 'balance'] as const)(
    'move a conversation away from an account that rests by guess (%s)',
    (mode) => {
      const all = [candidate('a', { bound: true, rest: guess(5) }), candidate('b', { inFlight: 9 })];
      expect(pick(all, {}, { mode })).toMatchObject({ account: { email: 'b' } });
    },
  );

  it('leave an account in peace that rests by guess, and take the one that is back first when all do', () => {
    const early = candidate('b', { rest: guess(5), inFlight: 9 });
    expect(pick([candidate('a', { inFlight: 9 }), early])).toMatchObject({ account: { email: 'a' } });
    expect(pick([candidate('a', { rest: guess(9) }), early])).toMatchObject({ account: { email: 'b' } });
    expect(pick([candidate('a', { rest: told(1) }), early])).toMatchObject({ account: { email: 'b' } });
  });

  it('spread the load by weight', () => {
    const heavy = (inFlight: number) => candidate('a', { inFlight }, { weight: 3 });
    const light = candidate('b', { inFlight: 1 });
    expect(pick([heavy(2), light])).toMatchObject({ account: { email: 'a' } });
    expect(pick([heavy(4), light])).toMatchObject({ account: { email: 'b' } });
  });

  it('leave equals to weighted chance', () => {
    const all = [candidate('a', {}, { weight: 1 }), candidate('b', {}, { weight: 3 })];
    const chosen = Array.from({ length: 100 }, (_, roll) => pick(all, {}, {}, roll / 100));
    expect(chosen.filter((choice) => 'account' in choice && choice.account.email === 'b')).toHaveLength(75);
  });

  it('take the fastest of the least loaded under performance_first, and those not known yet before it', () => {
    const performance = { mode: 'performance_first' } as const;
    const slow = candidate('a', { firstContentMs: 2_000 });
    const fast = candidate('b', { firstContentMs: 500 });
    expect(pick([slow, fast], {}, performance)).toMatchObject({ account: { email: 'b' } });
    expect(pick([slow, fast, candidate('c')], {}, performance)).toMatchObject({ account: { email: 'c' } });
    expect(pick([slow, { ...fast, inFlight: 1 }], {}, performance)).toMatchObject({ account: { email: 'a' } });
    const alike = [candidate('a', { firstContentMs: 550 }), fast];
    expect(pick(alike, {}, performance, 0)).toMatchObject({ account: { email: 'a' } });
    expect(pick(alike, {}, performance, 0.99)).toMatchObject({ account: { email: 'b' } });
    expect(pick([slow, fast], {}, { mode: 'balance' }, 0)).toMatchObject({ account: { email: 'a' } });
  });
});

describe('cache_first', () => {
  const cacheFirst = { mode: 'cache_first', maxWaitMs: 60 * second } as const;
  const free = candidate('b');

  it('waits for the account of the conversation, up to the longest wait, even when another is free', () => {
    const wait = { none: 'resting', inMs: 60 * second, reason: 'told 60' };
    expect(pick([candidate('a', { bound: true, rest: told(60) }), free], {}, cacheFirst)).toEqual(wait);
    const longer = candidate('a', { bound: true, rest: told(61) });
    expect(pick([longer, free], {}, cacheFirst)).toMatchObject({ account: { email: 'b' } });
  });

  it('does not wait for an account that failed in this request, nor where conversations are not kept', () => {
    const all = [candidate('a', { bound: true, rest: told(5) }), free];
    expect(pick(all, { failed: new Set(['a']) }, cacheFirst)).toMatchObject({ account: { email: 'b' } });
    expect(pick(all, {}, { ...cacheFirst, sticky: false })).toMatchObject({ account: { email: 'b' } });
    expect(pick(all, { avoidProvider: 'gemini' }, cacheFirst)).toMatchObject({ account: { email: 'b' } });
  });

  it.each(['balance', 'performance_first'] as const)('is the only mode that waits (%s does not)', (mode) => {
    const all = [candidate('a', { bound: true, rest: told(5) }), free];
    expect(pick(all, {}, { mode })).toMatchObject({ account: { email: 'b' } });
  });
});

describe('whatever the circumstances', () => {
  const emails = ['a', 'b', 'c', 'd', 'e'];
  const rest = fc.record({
    until: fc.integer({ min: now - 10, max: now + 100_000 }),
    told: fc.boolean(),
    reason: fc.constant('r'),
  });
  const arbitrary = fc.record({
    views: fc.uniqueArray(
      fc.record({
        email: fc.constantFrom(...emails),
        enabled: fc.boolean(),
        weight: fc.constantFrom(0, 0.5, 1, 10),
        provider: fc.constantFrom('gemini', 'vertex'),
        inFlight: fc.nat(5),
        bound: fc.boolean(),
        rest: fc.option(rest, { nil: undefined }),
        firstContentMs: fc.option(fc.nat(5_000), { nil: undefined }),
      }),
      { selector: (view) => view.email },
    ),
    failed: fc.subarray(emails),
    only: fc.option(fc.constantFrom(...emails), { nil: undefined }),
    mode: fc.constantFrom<SchedulingMode>('cache_first', 'balance', 'performance_first'),
    sticky: fc.boolean(),
    roll: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  });

  it('the choice is allowed, and a refusal says the truth', () => {
    fc.assert(
      fc.property(arbitrary, ({ views, failed, only, mode, sticky, roll }) => {
        const candidates = views.map(({ email, enabled, weight, provider, ...view }) =>
          candidate(email, view, { enabled, weight, provider } as Partial<AccountConfig>),
        );
        const wish = { failed: new Set(failed), ...(only === undefined ? {} : { only }) };
        const choice = pick(candidates, wish, { mode, sticky }, roll);
        const enabled = candidates.filter(({ account }) => account.enabled);
        const untried = enabled.filter(({ account: { email } }) =>
          only === undefined ? !wish.failed.has(email) : email === only,
        );
        const isTold = (view: Candidate) => view.rest?.told === true && view.rest.until > now;
        if ('account' in choice) {
          const taken = untried.find(({ account }) => account === choice.account);
          expect(taken).toBeDefined();
          expect(taken !== undefined && isTold(taken)).toBe(false);
          expect(choice.why).not.toBe('');
        } else if (choice.none === 'none') expect(enabled).toEqual([]);
        else if (choice.none === 'exhausted') expect([untried.length, enabled.length > 0]).toEqual([0, true]);
        else {
          expect(choice.inMs).toBeGreaterThan(0);
          expect(untried.some(isTold)).toBe(true);
          if (mode !== 'cache_first' || !sticky) expect(untried.every(isTold)).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

function pick(
  candidates: readonly Candidate[],
  wish: Partial<LeaseWish> = {},
  given: Partial<Scheduling> = {},
  roll = 0,
) {
  const whole = { protocol: 'gemini', operation: 'generate', model: 'm', failed: new Set<string>(), ...wish } as const;
  return choose(candidates, whole, { mode: 'balance', sticky: true, maxWaitMs: 60 * second, ...given }, now, roll);
}

function candidate(email: string, view: object = {}, account: Partial<AccountConfig> = {}): Candidate {
  return {
    account: {
      email,
      provider: 'gemini',
      credential: 'env:KEY',
      allowPrivate: false,
      models: ['*'],
      weight: 1,
      enabled: true,
      ...account,
    },
    inFlight: 0,
    bound: false,
    ...view,
  };
}

function told(seconds: number) {
  return { until: now + seconds * second, told: true, reason: `told ${seconds}` };
}

function guess(seconds: number) {
  return { until: now + seconds * second, told: false, reason: `guess ${seconds}` };
}
