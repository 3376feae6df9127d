/** `npm run test:generated -- [RUNS]`: the generated conversations and answers in great number, outside the daily test. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const runsByDefault = 10_000;
const runs = process.argv[2] ?? String(runsByDefault);
const project = join(import.meta.dirname, '../../..');
const vitest = join(project, 'node_modules/vitest/vitest.mjs');
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--project', 'scenarios', 'test/contracts/generated.test.ts'],
  { cwd: project, stdio: 'inherit', env: { ...process.env, GENERATED_RUNS: runs } },
);
process.exitCode = status ?? 1;
