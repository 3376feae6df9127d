/**
 * The gateway as a contender: started as `serve` starts it, from a configuration file, on a data directory of its own that is thrown away.
 * One account per loopback address, because the gateway opens a limited number of connections to one origin (`transport.ts`).
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare } from '../../src/cli/prepare.ts';
import { startGateway } from '../../src/main.ts';
import { createWorld } from '../../src/world.ts';
import { order, serveParent } from '../child.ts';

const { upstreamPort, bodies, origins } = order<{
  readonly upstreamPort: number;
  readonly bodies: 'full' | 'off';
  /** How many loopback addresses the upstream is reached under. */
  readonly origins: number;
}>();

const directory = mkdtempSync(join(tmpdir(), 'agt-bench-'));
const file = join(directory, 'config.yaml');
const accounts = Array.from({ length: origins }, (_, index) => ({
  email: `bench-${index + 1}@example.com`,
  provider: 'anthropic',
  credential: `bench-key-${index + 1}-000000`,
  base_url: `http://127.0.0.${index + 1}:${upstreamPort}`,
  allow_private: true,
}));
// JSON is YAML.
writeFileSync(file, JSON.stringify({ accounts, monitor: { bodies } }));

const prepared = prepare({ config: file, dataDir: join(directory, 'data'), port: 0 }, {});
if ('errors' in prepared) throw new Error(prepared.errors.join('\n'));
const gateway = await startGateway({
  settled: prepared.settled,
  file,
  env: {},
  world: createWorld(),
  notice: (line) => process.stderr.write(`gateway: ${line}\n`),
});
const forget = (): void => rmSync(directory, { recursive: true, force: true });
serveParent({ port: gateway.port, pid: process.pid }, {}, forget);
