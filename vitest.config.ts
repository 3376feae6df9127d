import { defineConfig } from 'vitest/config';

const tidy = ['test/tidy.test.ts', 'test/where.test.ts'];
/** Every recorded stream cut everywhere, processes killed: part of the whole suite, too slow for a check between two edits. */
const thorough = ['src/**/recorded-streams.test.ts', 'src/storage/sqlite/kill.test.ts'];
const simulation = { include: ['test/simulation/**/*.test.ts', 'test/mutants/**/*.test.ts'], testTimeout: 600_000 };

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'tidy', include: tidy } },
      {
        test: { name: 'unit', include: ['src/**/*.test.ts'], exclude: thorough, isolate: false, testTimeout: 20_000 },
      },
      { test: { name: 'page', include: ['web/src/**/*.test.ts', 'web/src/**/*.test.tsx'] } },
      { test: { name: 'thorough', include: thorough, testTimeout: 60_000 } },
      { test: { name: 'simulation', ...simulation, env: { SIMULATION_SEEDS: '1000' } } },
      { test: { name: 'simulation-short', ...simulation, env: { SIMULATION_SEEDS: '100' } } },
      // Slow to install: a command of its own.
      {
        test: {
          name: 'clients',
          include: ['test/clients/clients.test.ts', 'test/clients/comparison.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 900_000,
          fileParallelism: false,
        },
      },
      // Every place at which a recorded answer can break off: many minutes, so a command of its own.
      {
        test: {
          name: 'deaths',
          include: ['test/deaths/**/*.test.ts'],
          testTimeout: 3_600_000,
          env: { DEATHS: 'all' },
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/browser/build-page.ts'],
          expect: { poll: { timeout: 15_000 } },
          testTimeout: 120_000,
          hookTimeout: 400_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'scenarios',
          include: [
            'test/scenarios/**/*.test.ts',
            'test/contracts/**/*.test.ts',
            'test/deaths/**/*.test.ts',
            'test/clients/fixed.test.ts',
          ],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
