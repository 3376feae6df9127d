/** Runs this folder alone until the project's own configuration names it. */

import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest reads it.
export default defineConfig({
  test: { include: ['test/clients/**/*.test.ts'], testTimeout: 120_000, fileParallelism: false },
});
