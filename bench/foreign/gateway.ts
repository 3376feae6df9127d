/** The gateway as a contender for Anthropic clients whose model a route sends to Gemini; otherwise as `bench/peers/gateway.ts`. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare } from '../../src/cli/prepare.ts';
import { startGateway } from '../../src/main.ts';
import { createWorld } from '../../src/world.ts';
import { order, serveParent } from '../child.ts';
import { geminiModels } from './answers.ts';

const { upstreamPort, bodies } = order<{ readonly upstreamPort: number; readonly bodies: 'full' | 'off' }>();

const directory = mkdtempSync(join(tmpdir(), 'agt-bench-'));
const file = join(directory, 'config.yaml');
const account = {
  email: 'bench@example.com',
  provider: 'gemini',
  credential: 'bench-key-000000',
  base_url: `http://127.0.0.1:${upstreamPort}`,
  allow_private: true,
};
const routes = Object.entries(geminiModels).map(([match, to]) => ({ match, to: [to] }));
// JSON is YAML.
writeFileSync(file, JSON.stringify({ accounts: [account], routes, monitor: { bodies } }));

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
