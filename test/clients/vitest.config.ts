/** Runs this folder alone until the project's own configuration names it. */

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/clients/**/*.test.ts'], testTimeout: 120_000, fileParallelism: false },
});
