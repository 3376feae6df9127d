import { describe, expect, it } from 'vitest';
import type { CooldownOrder } from '../model/failure.ts';
import { BINDING_TTL_MS } from './bindings.ts';
import { accountOf, adapterOf, balance, poolOf, probe, take, wishOf } from './pool.testing.ts';
import { TIMING_TTL_MS } from './timings.ts';

const told: CooldownOrder = { scope: 'model', ms: 10_000, told: true, reason: 'rate-limited' };
const guessed: CooldownOrder = { ...told, told: false };

describe('a lease', () => {
  it('counts in flight until it is settled, however it ends', () => {
    const { pool } = poolOf([accountOf('a')]);
    const leases = [take(pool), take(pool), take(pool)];
    expect(pool.snapshot()[0]?.inFlight).toBe(3);
    for (const result of ['ok', 'failed', 'abandoned'] as const) leases.pop()?.settle({ result });
    expect(pool.snapshot()[0]?.inFlight).toBe(0);
  });

  it('can be settled once only', () => {
    const { pool } = poolOf([accountOf('a')]);
    const lease = take(pool);
    lease.settle({ result: 'ok' });
    expect(() => lease.settle({ result: 'abandoned' })).toThrow('settled twice');
    expect(pool.snapshot()[0]?.inFlight).toBe(0);
  });

  it('spreads parallel requests, so that nobody gets a herd', () => {
    const { pool } = poolOf([accountOf('a'), accountOf('b'), accountOf('c', { weight: 2 })]);
    for (let n = 0; n < 40; n += 1) take(pool);
    expect(pool.snapshot().map(({ inFlight }) => inFlight)).toEqual([10, 10, 20]);
  });

  it('is refused where no enabled account with an adapter serves the model in this dialect', () => {
    const onlyClaude = adapterOf(
      'vertex',
      (protocol, _, model) => protocol === 'anthropic' && model.startsWith('claude-'),
    );
    const accounts = [
      accountOf('off', { enabled: false }),
      accountOf('adapterless', { provider: 'anthropic' }),
      accountOf('vertex', { provider: 'vertex' }),
      accountOf('other', { models: ['gemma-*'] }),
    ];
    const { pool } = poolOf(accounts, { adapters: { gemini: adapterOf('gemini'), vertex: onlyClaude } });
    expect(pool.lease(wishOf())).toEqual({ none: 'none' });
    expect(pool.serves('gemini', 'generate', 'm')).toBe(false);
    expect(pool.another(wishOf())).toBe(false);
    expect(pool.serves('anthropic', 'generate', 'claude-x')).toBe(true);
    expect(pool.serves('gemini', 'generate', 'gemma-3')).toBe(true);
    const lease = take(pool, { protocol: 'anthropic', model: 'claude-x' });
    expect([lease.account.email, lease.adapter]).toEqual(['vertex', onlyClaude]);
  });

  it('goes to an openai account without patterns for a name that nobody else claims', () => {
    const { pool } = poolOf([
      accountOf('any', { provider: 'openai', models: [] }),
      accountOf('g', { models: ['gemini-*'] }),
    ]);
    expect(take(pool, { model: 'llama-4' }).account.email).toBe('any');
    expect(take(pool, { model: 'gemini-3-pro' }).account.email).toBe('g');
  });
});

describe('another account', () => {
  it('is one that has not failed in this request and was not told to rest', () => {
    const { pool, clock } = poolOf([accountOf('a'), accountOf('b', { provider: 'vertex' })]);
    const failed = new Set(['a']);
    expect(pool.another(wishOf({ failed }))).toBe(true);
    expect(pool.another(wishOf({ failed }), 'gemini')).toBe(true);
    expect(pool.another(wishOf({ failed }), 'vertex')).toBe(false);
    take(pool, { only: 'b' }).settle({ result: 'failed', cooldown: told });
    expect(pool.another(wishOf({ failed }))).toBe(false);
    clock.now += told.ms;
    expect(pool.another(wishOf({ failed }))).toBe(true);
  });

  it('may be one that rests by guess, and looking takes nothing', () => {
    const { pool } = poolOf([accountOf('a')]);
    take(pool).settle({ result: 'failed', cooldown: guessed });
    expect([pool.another(wishOf()), pool.snapshot()[0]?.inFlight]).toEqual([true, 0]);
  });
});

describe('a failed account', () => {
  it('rests for the model it failed with, and serves others', () => {
    const { pool, clock } = poolOf([accountOf('a')]);
    take(pool).settle({ result: 'failed', cooldown: told });
    clock.now += 4_000;
    expect(pool.lease(wishOf())).toEqual({ none: 'resting', inMs: 6_000, reason: 'rate-limited' });
    expect(take(pool, { model: 'n' }).account.email).toBe('a');
  });

  it('rests for all models when the order says so', () => {
    const { pool } = poolOf([accountOf('a')]);
    take(pool).settle({ result: 'failed', cooldown: { ...told, scope: 'account' } });
    expect(pool.lease(wishOf({ model: 'n' }))).toMatchObject({ none: 'resting' });
    const rest = { email: 'a', until: 11_000, told: true, reason: 'rate-limited', inMs: 10_000 };
    expect(pool.restingList()).toEqual([rest]);
  });

  it('is believed again after a success that began later', () => {
    const { pool } = poolOf([accountOf('a')]);
    take(pool).settle({ result: 'failed', cooldown: guessed });
    expect(pool.restingList()).toHaveLength(1);
    take(pool).settle({ result: 'ok' });
    expect(pool.restingList()).toEqual([]);
  });

  it('is not believed for the end of an answer that began before it failed', () => {
    const { pool, clock } = poolOf([accountOf('a')]);
    const long = take(pool);
    clock.now += 1_000;
    take(pool).settle({ result: 'failed', cooldown: guessed });
    long.settle({ result: 'ok' });
    expect(pool.restingList()).toHaveLength(1);
  });

  it('returns at once when a person says so', () => {
    const { pool } = poolOf([accountOf('a')]);
    take(pool).settle({ result: 'failed', cooldown: told });
    pool.reset('a');
    expect(take(pool).account.email).toBe('a');
  });
});

describe('a conversation', () => {
  it('stays on the account that answered it, per model', () => {
    const { pool } = poolOf([accountOf('a'), accountOf('b')]);
    take(pool, { only: 'b' }).settle({ result: 'ok', sessionKey: 's' });
    expect(take(pool, { sessionKey: 's' }).account.email).toBe('b');
    expect(take(pool, { sessionKey: 's' }).account.email).toBe('b');
    expect(take(pool, { sessionKey: 's', model: 'n' }).account.email).toBe('a');
    expect(pool.snapshot().map(({ bindings }) => bindings)).toEqual([0, 1]);
  });

  it('moves to the account that healed it', () => {
    const { pool } = poolOf([accountOf('a'), accountOf('b')]);
    take(pool, { only: 'a', sessionKey: 's' }).settle({ result: 'ok' });
    take(pool, { sessionKey: 's' }).settle({ result: 'failed' });
    take(pool, { sessionKey: 's', failed: new Set(['a']) }).settle({ result: 'ok' });
    expect(take(pool, { sessionKey: 's' }).account.email).toBe('b');
  });

  it('is forgotten after two hours, and kept over a restart until then', () => {
    const accounts = [accountOf('a'), accountOf('b')];
    const { pool, clock, state } = poolOf(accounts);
    take(pool, { only: 'b' }).settle({ result: 'ok', sessionKey: 's' });
    clock.now += BINDING_TTL_MS - 1;
    expect(take(poolOf(accounts, { state, clock }).pool, { sessionKey: 's' }).account.email).toBe('b');
    clock.now += 1;
    expect(take(pool, { sessionKey: 's' }).account.email).toBe('a');
    expect(take(poolOf(accounts, { state, clock }).pool, { sessionKey: 's' }).account.email).toBe('a');
    expect(state.load('bindings')).toEqual([]);
  });

  it.each([
    { ...balance, sticky: false },
    { ...balance, mode: 'performance_first' as const },
  ])('is not kept under %j', (scheduling) => {
    const { pool, state } = poolOf([accountOf('a'), accountOf('b')], { scheduling });
    take(pool, { only: 'b' }).settle({ result: 'ok', sessionKey: 's', firstContentMs: 900 });
    expect(take(pool, { sessionKey: 's' }).account.email).toBe('a');
    expect(state.load('bindings')).toEqual([]);
  });
});

describe('performance_first', () => {
  it('asks the account that spoke first lately, and forgets old timings', () => {
    const { pool, clock } = poolOf([accountOf('a'), accountOf('b')], {
      scheduling: { ...balance, mode: 'performance_first' },
    });
    take(pool, { only: 'a' }).settle({ result: 'ok', firstContentMs: 900 });
    take(pool, { only: 'b' }).settle({ result: 'ok', firstContentMs: 300 });
    expect(probe(pool)).toBe('b');
    clock.now += TIMING_TTL_MS;
    expect(probe(pool)).toBe('a');
  });
});

describe('a reload', () => {
  it('keeps what is in flight and who rests', () => {
    const { pool } = poolOf([accountOf('a')]);
    const lease = take(pool);
    take(pool).settle({ result: 'failed', cooldown: told });
    pool.reload([accountOf('a', { weight: 5, models: ['m'] }), accountOf('b')], balance);
    expect(pool.snapshot()).toMatchObject([{ inFlight: 1, weight: 5, resting: [{ model: 'm' }] }, { inFlight: 0 }]);
    lease.settle({ result: 'ok' });
    expect(pool.snapshot()[0]?.inFlight).toBe(0);
  });

  it.each([
    ['credential', { credential: 'env:NEW' }],
    ['base_url', { baseUrl: 'https://example.com' }],
    ['project', { project: 'p' }],
  ])('ends the rests of an account whose %s changed', (_, change) => {
    const { pool, state } = poolOf([accountOf('a')]);
    take(pool).settle({ result: 'failed', cooldown: { ...told, scope: 'account' } });
    pool.reload([accountOf('a', change)], balance);
    expect(pool.restingList()).toEqual([]);
    expect(state.load('cooldowns')).toEqual([]);
  });

  it('ends the rests of an account that was switched on again, not of one that was switched off', () => {
    const { pool } = poolOf([accountOf('a')]);
    take(pool).settle({ result: 'failed', cooldown: told });
    pool.reload([accountOf('a', { enabled: false })], balance);
    expect(pool.restingList()).toHaveLength(1);
    pool.reload([accountOf('a')], balance);
    expect(pool.restingList()).toEqual([]);
  });

  it('lets no lease with the old credential speak of the new one', () => {
    const { pool } = poolOf([accountOf('a')]);
    const old = take(pool);
    pool.reload([accountOf('a', { credential: 'env:NEW' })], balance);
    old.settle({ result: 'failed', cooldown: { ...told, scope: 'account' } });
    expect(pool.restingList()).toEqual([]);
    expect(pool.snapshot()[0]?.inFlight).toBe(0);
  });

  it('forgets an account that left, once its leases are back', () => {
    const { pool, state } = poolOf([accountOf('a'), accountOf('b')]);
    const lease = take(pool, { only: 'a' });
    take(pool, { only: 'a' }).settle({ result: 'ok', sessionKey: 's' });
    pool.reload([accountOf('b')], balance);
    expect(state.load('bindings')).toEqual([]);
    expect(take(pool, { sessionKey: 's' }).account.email).toBe('b');
    pool.reload([accountOf('a'), accountOf('b')], balance);
    expect(pool.snapshot()[0]?.inFlight).toBe(1);
    lease.settle({ result: 'failed', cooldown: told });
    expect(pool.snapshot()[0]).toMatchObject({ inFlight: 0, resting: [], lastUsed: 1_000 });
    pool.reload([], balance);
    pool.reload([accountOf('a')], balance);
    expect(pool.snapshot()[0]).not.toHaveProperty('lastUsed');
  });
});

it('a snapshot tells everything but the credential', () => {
  const { pool, clock } = poolOf([accountOf('a', { credential: 'sk-canary' })]);
  probe(pool);
  clock.now += 1;
  take(pool).settle({ result: 'failed', cooldown: told });
  expect(pool.snapshot()[0]?.lastUsed).toBe(1_001);
  expect(JSON.stringify(pool.snapshot())).toContain('rate-limited');
  expect(JSON.stringify(pool.snapshot())).not.toContain('sk-canary');
});
