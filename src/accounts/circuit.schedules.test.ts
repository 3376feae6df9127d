/** Thousands of seeded schedules of requests over three accounts of which one, or all, answer 503 for a while: what circuits promise, whatever comes when. */

import { describe, expect, it } from 'vitest';
import { between, createChance, pick } from '../lab/seed.ts';
import { createVirtualWorld, type VirtualWorld } from '../lab/virtual-world.ts';
import type { SchedulingMode } from '../model/config.ts';
import type { Lease } from '../model/ports.ts';
import { CIRCUIT_OPEN_MS_MAX, CIRCUIT_RUN_MAX, type Phase } from './circuit.ts';
import { accountOf, poolOf, wishOf } from './pool.testing.ts';
import type { RunningAccountPool } from './pool.ts';

const seeds = 2_000;
/** Of schedules in which everything fails. */
const darkSeeds = 500;
const emails = ['a', 'b', 'c'] as const;
const accounts = emails.map((email) => accountOf(email));
const refusalMsMax = 500;
const answerMsMax = 12_000;

/** Of those that are not closed. */
type Phases = ReadonlyMap<string, Phase>;

interface Attempt {
  readonly email: string;
  readonly begunAt: number;
  endedAt: number;
  result: 'ok' | 'failed' | 'abandoned' | 'out';
  /** How its account's own circuit stood when it was lent. */
  readonly phase: Phase;
  /** Whether its account's own circuit was closed when it was back. */
  closedAfter: boolean;
}

interface Request {
  readonly at: number;
  /** How the accounts' own circuits stood when it came. */
  readonly phases: Phases;
  readonly attempts: Attempt[];
}

interface Life {
  readonly sick: readonly string[];
  readonly sickFrom: number;
  readonly healedAt: number;
  readonly requests: readonly Request[];
}

describe('through two thousand schedules', { timeout: 60_000 }, () => {
  it('one account that answers 503 is opened within five failures, probed by one at a time, and found again', async () => {
    let probes = 0;
    for (let seed = 0; seed < seeds; seed += 1) {
      const life = await liveThrough(seed, [pick(emails, createChance(`sick ${seed}`))]);
      const attempts = life.requests.flatMap((request) => request.attempts);
      const bySick = attempts.filter(({ email }) => life.sick.includes(email));
      const failures = bySick
        .filter(({ result }) => result === 'failed')
        .sort((one, other) => one.endedAt - other.endedAt);
      const fifth = failures[CIRCUIT_RUN_MAX - 1];
      if (fifth) expect([seed, fifth.closedAfter]).toEqual([seed, false]);
      expect([seed, bySick.filter(({ phase }) => phase === 'open')]).toEqual([seed, []]);
      const probing = bySick.filter(({ phase }) => phase === 'half-open');
      probes += probing.length;
      const both = probing.filter((one) => probing.some((two) => two !== one && overlap(one, two)));
      expect([seed, both]).toEqual([seed, []]);
      checkService(seed, life);
      checkRecovery(seed, life);
    }
    expect(probes).toBeGreaterThan(seeds);
  });

  it('three accounts that all answer 503 are all asked as ever: every request makes its attempts', async () => {
    let whileOpen = 0;
    for (let seed = 0; seed < darkSeeds; seed += 1) {
      const life = await liveThrough(seed, emails);
      checkService(seed, life);
      checkRecovery(seed, life);
      whileOpen += life.requests.flatMap(({ attempts }) => attempts).filter(({ phase }) => phase === 'open').length;
    }
    expect(whileOpen).toBeGreaterThan(darkSeeds);
  });
});

/** Nobody is refused without an attempt, and nobody gives up while an account is left that has not failed in the request. */
function checkService(seed: number, { requests }: Life): void {
  const refused = requests.filter(({ attempts }) => attempts.length === 0);
  expect([seed, refused]).toEqual([seed, []]);
  const gaveUp = requests.filter(
    ({ attempts }) => attempts.at(-1)?.result === 'failed' && new Set(attempts.map(({ email }) => email)).size < 3,
  );
  expect([seed, gaveUp]).toEqual([seed, []]);
}

/** The first request after the longest time that a circuit can be open finds a healed account, if nobody did before. */
function checkRecovery(seed: number, { requests, healedAt, sick }: Life): void {
  const bound = healedAt + refusalMsMax + CIRCUIT_OPEN_MS_MAX;
  const late = requests.filter(({ at }) => at >= bound);
  for (const email of sick) {
    // Where all are to be probed, one request finds one of them.
    const next = late[sick.length - 1];
    if (next === undefined || !next.phases.has(email)) continue;
    const attempts = requests.flatMap((request) => request.attempts).filter((attempt) => attempt.email === email);
    const isFound = attempts.some(
      ({ result, begunAt }) => result === 'ok' && begunAt >= healedAt && begunAt <= next.at,
    );
    expect([seed, email, isFound]).toEqual([seed, email, true]);
  }
}

function overlap(one: Attempt, two: Attempt): boolean {
  return one.begunAt < two.endedAt && two.begunAt < one.endedAt;
}

async function liveThrough(seed: number, sick: readonly string[]): Promise<Life> {
  const chance = createChance(`circuits ${seed}`);
  const world = createVirtualWorld(seed);
  const mode = pick<SchedulingMode>(['balance', 'cache_first', 'performance_first'], chance);
  const { pool } = poolOf(accounts, { world, scheduling: { mode, sticky: true, maxWaitMs: 60_000 } });
  const sickFrom = world.now() + between(0, 20_000, chance);
  const healedAt = sickFrom + between(5_000, 60_000, chance);
  const spacingMs = pick([100, 700, 4_000], chance);
  const requests: Request[] = [];
  const house: House = {
    pool,
    world,
    chance,
    isSick: (email, at) => sick.includes(email) && at >= sickFrom && at < healedAt,
  };
  let at = 0;
  // Sparse requests come for as long as it takes to see the recovery; many come less long.
  for (let n = 0; n < 60 && world.now() + at < healedAt + 45_000; n += 1) {
    at += n % 30 === 29 ? between(1_000, 15_000, chance) : between(1, 2 * spacingMs, chance);
    world.alarm(at, () => {
      const request: Request = { at: world.now(), phases: phasesOf(pool), attempts: [] };
      requests.push(request);
      ask(house, request, new Set(), chance() < 0.5 ? { sessionKey: `s${between(1, 3, chance)}` } : {});
    });
  }
  await world.run();
  expect(pool.snapshot().every(({ inFlight }) => inFlight === 0)).toBe(true);
  return { sick, sickFrom, healedAt, requests };
}

interface House {
  readonly pool: RunningAccountPool;
  readonly world: VirtualWorld;
  readonly chance: () => number;
  readonly isSick: (email: string, at: number) => boolean;
}

/** As the healing loop does it: an account, and after its failure another that has not failed in this request. */
function ask(house: House, request: Request, failed: ReadonlySet<string>, session: { sessionKey?: string }): void {
  const { pool, world, chance } = house;
  const wish = wishOf({ failed, ...session });
  const phases = phasesOf(pool);
  const another = pool.another(wish);
  const lease = pool.lease(wish);
  expect(another).toBe(!('none' in lease));
  if ('none' in lease) return;
  const { email } = lease.account;
  const phase = phases.get(email) ?? 'closed';
  const attempt: Attempt = {
    email,
    begunAt: world.now(),
    endedAt: Number.POSITIVE_INFINITY,
    result: 'out',
    phase,
    closedAfter: true,
  };
  request.attempts.push(attempt);
  const isSick = house.isSick(email, world.now());
  const leaves = isSick && chance() < 0.1;
  world.alarm(isSick ? between(1, refusalMsMax, chance) : between(100, answerMsMax, chance), () => {
    attempt.endedAt = world.now();
    attempt.result = leaves ? 'abandoned' : isSick ? 'failed' : 'ok';
    giveBack(lease, attempt.result);
    attempt.closedAfter = !phasesOf(pool).has(email);
    if (attempt.result === 'failed') ask(house, request, new Set([...failed, email]), session);
  });
}

function giveBack(lease: Lease, result: Attempt['result']): void {
  if (result === 'failed') lease.settle({ result, kind: 'overloaded' });
  else if (result === 'ok') lease.settle({ result, firstContentMs: 50 });
  else lease.settle({ result: 'abandoned' });
}

function phasesOf(pool: RunningAccountPool): Phases {
  const own = pool.snapshot().flatMap(({ email, circuits }) => {
    const circuit = circuits.find(({ scope }) => scope === 'account-model');
    return circuit === undefined ? [] : [[email, circuit.state] as const];
  });
  return new Map(own);
}
