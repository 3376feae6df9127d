import { describe, expect, it } from 'vitest';
import { judge } from './judge.ts';
import { SABOTAGE } from './sabotage.ts';
import { liveThrough } from './town.ts';

const seeds = Number(process.env.SIMULATION_SEEDS ?? 500);
const visits = 100;
const seedsPerTest = 50;
/** A broken house must show within so many seeds. */
const seedsUntilCaught = 40;

describe(`simulated towns, ${visits} exchanges each`, () => {
  const starts = Array.from({ length: Math.ceil(seeds / seedsPerTest) }, (_, n) => n * seedsPerTest);

  it.each(starts)('keep every promise from seed %i on', async (start) => {
    for (let seed = start; seed < Math.min(seeds, start + seedsPerTest); seed += 1) {
      const town = await liveThrough(seed, visits);
      const weather = town.households.map((house) => `${house.account.email}: ${house.weather}`).join(', ');
      expect(judge(town), `seed ${seed} (npm run sim -- ${seed} replays it) with ${weather}`).toEqual([]);
    }
  });

  it('replay identically from their seed', async () => {
    for (const seed of [3, 17, 101]) {
      const prints = new Set<string>();
      for (let time = 0; time < 3; time += 1) prints.add((await liveThrough(seed, visits)).print);
      expect([...prints], `seed ${seed}`).toHaveLength(1);
    }
  });

  it('show weather of every kind: some towns heal, some fail, some clients leave', async () => {
    const outcomes = new Set<string>();
    for (let seed = 0; seed < 20; seed += 1) {
      for (const fact of (await liveThrough(seed, visits)).journal.facts) {
        if (fact.fact === 'exchange-ended') outcomes.add(fact.outcome);
      }
    }
    expect([...outcomes].sort()).toEqual(['cancelled', 'failed', 'healed', 'ok']);
  });
});

describe('the judge catches', () => {
  it.each(Object.keys(SABOTAGE))('%s', async (name) => {
    let broken: string[] = [];
    for (let seed = 0; seed < seedsUntilCaught && broken.length === 0; seed += 1) {
      broken = judge(await liveThrough(seed, visits, SABOTAGE[name]));
    }
    expect(broken).not.toEqual([]);
  });
});
