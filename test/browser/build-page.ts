/** Builds the page once before the browser tests, from the sources that are there now. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export function setup(): void {
  const project = join(import.meta.dirname, '../..');
  const vite = join(project, 'node_modules/vite/bin/vite.js');
  execFileSync(process.execPath, [vite, 'build', '--logLevel', 'warn', 'web'], {
    cwd: project,
    stdio: 'inherit',
    // As it is published, whatever runs the tests.
    env: { ...process.env, NODE_ENV: 'production' },
  });
}
