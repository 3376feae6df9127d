import { describe, expect, it } from 'vitest';
import { judge } from './judge.ts';
import { SABOTAGE } from './sabotage.ts';
import { towns } from './seeds.testing.ts';
import { visitsPerTown } from './simulate.ts';
import { liveThrough } from './town.ts';

/** A broken house must show within so many seeds. */
const seedsUntilCaught = 40;

describe('simulated towns', () => towns(1));

describe('the judge catches', () => {
  it.each(Object.keys(SABOTAGE))('%s', async (name) => {
    let broken: string[] = [];
    for (let seed = 0; seed < seedsUntilCaught && broken.length === 0; seed += 1) {
      broken = judge(await liveThrough(seed, visitsPerTown, SABOTAGE[name]));
    }
    expect(broken).not.toEqual([]);
  });
});
