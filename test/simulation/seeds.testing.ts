/** The seeds of the test suite, half for each of two test files, so that two cores are used. */

import { expect, it } from 'vitest';
import { brokenTown } from './simulate.ts';

const seeds = Number(process.env.SIMULATION_SEEDS ?? 1_000);
const seedsPerTest = 25;

export function towns(half: 0 | 1): void {
  const starts = Array.from({ length: Math.ceil(seeds / seedsPerTest) }, (_, n) => n * seedsPerTest);

  it.each(starts.filter((_, n) => n % 2 === half))('keep every promise from seed %i on', async (start) => {
    for (let seed = start; seed < Math.min(seeds, start + seedsPerTest); seed += 1) {
      expect((await brokenTown(seed))?.told).toBeUndefined();
    }
  });
}
