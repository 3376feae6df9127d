import { describe, expect, it } from 'vitest';
import type { FailureKind } from '../model/failure.ts';
import type { LeaseWish } from '../model/ports.ts';
import { CIRCUIT_OPEN_MS_MAX, CIRCUIT_OPEN_MS_MIN, CIRCUIT_RUN_MAX } from './circuit.ts';
import { accountOf, balance, poolOf, probe, take, wishOf } from './pool.testing.ts';
import type { RunningAccountPool } from './pool.ts';

const three = [accountOf('a'), accountOf('b'), accountOf('c')];
/** Each at a place of its own, so that only their own circuits count. */
const apart = ['a', 'b'].map((email) => accountOf(email, { baseUrl: `https://${email}.example.com` }));
const generate = ['gemini', 'generate', 'm'] as const;

describe('an account with an open circuit', () => {
  it('is left in peace while another can serve, however loaded that is', () => {
    const { pool } = poolOf(three);
    breakDown(pool, 'a');
    const asked = Array.from({ length: 30 }, () => take(pool).account.email);
    expect(new Set(asked)).toEqual(new Set(['b', 'c']));
  });

  it('serves its other models', () => {
    const { pool } = poolOf(apart);
    breakDown(pool, 'a');
    expect([probe(pool), take(pool, { model: 'n' }).account.email]).toEqual(['b', 'a']);
  });

  it('is asked when nothing else is left, and by whoever names it', () => {
    const { pool } = poolOf(apart);
    breakDown(pool, 'a');
    expect(take(pool, { failed: new Set(['b']) }).account.email).toBe('a');
    expect(take(pool, { only: 'a' }).account.email).toBe('a');
    take(pool, { only: 'b' }).settle({
      result: 'failed',
      cooldown: { scope: 'account', ms: 60_000, told: true, reason: 'told' },
    });
    expect(probe(pool)).toBe('a');
  });

  it('counts as closed when all are open: the load is spread as ever', () => {
    const { pool } = poolOf(three);
    for (const email of ['a', 'b', 'c']) breakDown(pool, email);
    const asked = Array.from({ length: 30 }, () => take(pool).account.email);
    for (const email of ['a', 'b', 'c']) expect(asked.filter((each) => each === email)).toHaveLength(10);
  });

  it('gets its share when all are open, whichever is half-open first', () => {
    const { pool, clock } = poolOf(three);
    for (const email of ['a', 'b', 'c']) {
      breakDown(pool, email);
      clock.now += 1_000;
    }
    const asked = Array.from({ length: 9 }, () => take(pool).account.email);
    for (const email of ['a', 'b', 'c']) expect(asked.filter((each) => each === email)).toHaveLength(3);
  });

  it('loses its conversations to another only while that serves them', () => {
    const { pool, clock } = poolOf(apart);
    take(pool, { only: 'a' }).settle({ result: 'ok', sessionKey: 's' });
    breakDown(pool, 'a');
    expect(take(pool, { sessionKey: 's' }).account.email).toBe('b');
    clock.now += CIRCUIT_OPEN_MS_MIN;
    take(pool, { sessionKey: 's' }).settle({ result: 'ok' });
    expect(take(pool, { sessionKey: 's' }).account.email).toBe('a');
  });

  it('is preferred to one of a provider that is to be avoided', () => {
    const { pool } = poolOf([accountOf('a'), accountOf('b', { provider: 'vertex' })]);
    breakDown(pool, 'b');
    expect(pool.another(wishOf(), 'gemini')).toBe(true);
    expect(take(pool, { avoidProvider: 'gemini' }).account.email).toBe('b');
  });
});

describe('a probe', () => {
  it('is taken by one request although others could serve, and by no second meanwhile', () => {
    const { pool, clock } = poolOf(three);
    breakDown(pool, 'a');
    take(pool, { only: 'b' });
    clock.now += CIRCUIT_OPEN_MS_MIN;
    const first = take(pool);
    const others = Array.from({ length: 10 }, () => take(pool).account.email);
    expect([first.account.email, others.includes('a')]).toEqual(['a', false]);
    first.settle({ result: 'ok' });
    expect(probe(pool)).toBe('a');
    expect(pool.snapshot()[0]?.circuits).toEqual([]);
  });

  it('that is abandoned gives the slot back', () => {
    const { pool, clock } = poolOf(three);
    breakDown(pool, 'a');
    clock.now += CIRCUIT_OPEN_MS_MIN;
    take(pool).settle({ result: 'abandoned' });
    expect(take(pool).account.email).toBe('a');
    expect(take(pool).account.email).toBe('b');
  });

  it.each(['rate-limited', 'request-refused', 'empty'] as const)('that ends in %s gives the slot back', (kind) => {
    const { pool, clock } = poolOf(three);
    breakDown(pool, 'a');
    clock.now += CIRCUIT_OPEN_MS_MIN;
    take(pool).settle({ result: 'failed', kind });
    expect(take(pool).account.email).toBe('a');
  });

  it('is not made with a request that has just failed, nor with a count of tokens', () => {
    const { pool, clock } = poolOf(three);
    breakDown(pool, 'a');
    clock.now += CIRCUIT_OPEN_MS_MIN;
    expect(take(pool, { failed: new Set(['b']) }).account.email).toBe('c');
    expect(take(pool, { operation: 'count-tokens' }).account.email).toBe('b');
    expect(take(pool).account.email).toBe('a');
  });

  it('waits for the end of a rest by guess', () => {
    const { pool, clock } = poolOf(three);
    breakDown(pool, 'a', 'silent');
    const cooldown = { scope: 'model', ms: 30_000, told: false, reason: 'silent' } as const;
    take(pool, { only: 'a' }).settle({ result: 'failed', kind: 'silent', cooldown });
    clock.now += CIRCUIT_OPEN_MS_MAX;
    expect(probe(pool)).toBe('b');
    clock.now += 10_000;
    expect(probe(pool)).toBe('a');
  });

  it('borrows a conversation from an account that is well, and does not keep it', () => {
    const { pool, clock } = poolOf(three);
    take(pool, { only: 'b' }).settle({ result: 'ok', sessionKey: 's' });
    breakDown(pool, 'a');
    clock.now += CIRCUIT_OPEN_MS_MIN;
    const guest = take(pool, { sessionKey: 's' });
    expect(guest.account.email).toBe('a');
    guest.settle({ result: 'ok' });
    expect(take(pool, { sessionKey: 's' }).account.email).toBe('b');
  });

  it('is the only way to be a guest: whoever names another account moves the conversation there', () => {
    const { pool } = poolOf(three);
    take(pool, { only: 'b' }).settle({ result: 'ok', sessionKey: 's' });
    take(pool, { only: 'c', sessionKey: 's' }).settle({ result: 'ok' });
    expect(take(pool, { sessionKey: 's' }).account.email).toBe('c');
  });

  it('takes no conversation from its account when all are to be probed alike', () => {
    const { pool, clock } = poolOf(apart);
    take(pool, { only: 'b' }).settle({ result: 'ok', sessionKey: 's' });
    for (const email of ['a', 'b']) breakDown(pool, email);
    clock.now += CIRCUIT_OPEN_MS_MIN;
    expect(take(pool, { sessionKey: 's' }).account.email).toBe('b');
  });
});

describe('counting tokens', () => {
  it('speaks neither for nor against an account', () => {
    const { pool } = poolOf(apart);
    for (let n = 0; n < 20; n += 1) {
      take(pool, { only: 'a', operation: 'count-tokens' }).settle({ result: 'failed', kind: 'server-error' });
    }
    expect(pool.snapshot()[0]?.circuits).toEqual([]);
    for (let n = 0; n < CIRCUIT_RUN_MAX; n += 1) {
      breakDown(pool, 'a', 'server-error', { times: 1 });
      take(pool, { only: 'a', operation: 'count-tokens' }).settle({ result: 'ok' });
    }
    expect(pool.snapshot()[0]?.circuits).toMatchObject([{ state: 'open' }]);
  });
});

describe('a model', () => {
  it('is open when every account that serves it is, until a probe is due, and looking takes nothing', () => {
    const { pool, clock } = poolOf(apart);
    breakDown(pool, 'a');
    expect(pool.isModelOpen(...generate)).toBe(false);
    breakDown(pool, 'b');
    expect(pool.isModelOpen(...generate)).toBe(true);
    expect(pool.isModelOpen('gemini', 'generate', 'n')).toBe(false);
    clock.now += CIRCUIT_OPEN_MS_MIN;
    expect([pool.isModelOpen(...generate), pool.isModelOpen(...generate)]).toEqual([false, false]);
    expect(pool.isModelOpen('gemini', 'count-tokens', 'm')).toBe(true);
  });

  it('is open for others while one request probes each account, and closed after a success', () => {
    const { pool, clock } = poolOf([accountOf('a')]);
    breakDown(pool, 'a');
    clock.now += CIRCUIT_OPEN_MS_MIN;
    const probing = take(pool);
    expect(pool.isModelOpen(...generate)).toBe(true);
    probing.settle({ result: 'ok' });
    expect(pool.isModelOpen(...generate)).toBe(false);
  });

  it('is open when its place is, and still lent when somebody asks', () => {
    const { pool } = poolOf(three);
    breakDown(pool, 'a', 'server-error', { times: 3 });
    breakDown(pool, 'b', 'server-error', { times: 2 });
    expect(pool.isModelOpen(...generate)).toBe(true);
    expect([pool.another(wishOf()), probe(pool)]).toEqual([true, 'a']);
  });

  it('is open when who is not open was told to rest, and when nobody serves it', () => {
    const { pool } = poolOf(apart);
    breakDown(pool, 'a');
    take(pool, { only: 'b' }).settle({
      result: 'failed',
      kind: 'rate-limited',
      cooldown: { scope: 'model', ms: 9_000, told: true, reason: 'told' },
    });
    expect(pool.isModelOpen(...generate)).toBe(true);
    expect(poolOf([]).pool.isModelOpen(...generate)).toBe(true);
  });
});

describe('a place where several accounts fail', () => {
  it('is left in peace while another place can serve, with all its accounts', () => {
    const { pool } = poolOf([...three, accountOf('v', { provider: 'vertex' })]);
    breakDown(pool, 'a', 'server-error', { times: 3 });
    breakDown(pool, 'b', 'server-error', { times: 2 });
    expect(Array.from({ length: 9 }, () => take(pool).account.email)).toEqual(Array(9).fill('v'));
  });

  it('says nothing where there is no other place: its accounts’ own circuits do', () => {
    const { pool } = poolOf(three);
    breakDown(pool, 'a');
    breakDown(pool, 'b', 'server-error', { times: 1 });
    expect(pool.snapshot()[2]?.circuits).toMatchObject([{ scope: 'place-model', state: 'open' }]);
    expect(new Set(Array.from({ length: 9 }, () => take(pool).account.email))).toEqual(new Set(['b', 'c']));
  });
});

describe('circuits', () => {
  it('are told in the snapshot: which, since when, until when and why', () => {
    const { pool, clock } = poolOf(apart);
    breakDown(pool, 'a', 'unreachable');
    const known = { scope: 'account', since: 1_000, until: 6_000, why: '5 failures in a row, the last: unreachable' };
    expect(pool.snapshot()[0]?.circuits).toEqual([{ ...known, state: 'open', probing: false }]);
    clock.now += CIRCUIT_OPEN_MS_MIN;
    take(pool);
    expect(pool.snapshot()[0]?.circuits).toEqual([{ ...known, state: 'half-open', probing: true }]);
    expect(pool.snapshot()[1]?.circuits).toEqual([]);
  });

  it('of an account are closed when it becomes another one, and when a person says so', () => {
    const { pool } = poolOf(apart);
    breakDown(pool, 'a');
    pool.reset('a');
    expect(pool.snapshot()[0]?.circuits).toEqual([]);
    breakDown(pool, 'a');
    pool.reload([accountOf('a', { ...apart[0], credential: 'env:NEW' })], balance);
    expect(pool.snapshot()[0]?.circuits).toEqual([]);
  });

  it('learn nothing from a lease with an old credential, and get its probe of the place back', () => {
    const { pool, clock } = poolOf([accountOf('a'), accountOf('b')]);
    breakDown(pool, 'a', 'server-error', { times: 3 });
    breakDown(pool, 'b', 'server-error', { times: 2 });
    clock.now += CIRCUIT_OPEN_MS_MIN;
    const old = take(pool);
    expect(pool.snapshot()[1]?.circuits).toMatchObject([{ scope: 'place-model', probing: true }]);
    pool.reload([accountOf('a', { credential: 'env:NEW' }), accountOf('b')], balance);
    old.settle({ result: 'failed', kind: 'server-error' });
    expect(pool.snapshot()[1]?.circuits).toMatchObject([{ state: 'half-open', probing: false }]);
  });
});

function breakDown(
  pool: RunningAccountPool,
  only: string,
  kind: FailureKind = 'server-error',
  { times = CIRCUIT_RUN_MAX, ...wish }: Partial<LeaseWish> & { times?: number } = {},
): void {
  for (let n = 0; n < times; n += 1) take(pool, { ...wish, only }).settle({ result: 'failed', kind });
}
