/** The gateway in a process of a benchmark: started as `serve` starts it, from a configuration file and on a data directory. What the configuration says is its user's own. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare } from '../src/cli/prepare.ts';
import { startGateway } from '../src/main.ts';
import type { World } from '../src/model/ports.ts';
import { createWorld } from '../src/world.ts';
import { serveParent } from './child.ts';

export function startFrom(
  config: object,
  file: string,
  dataDir: string,
  world: World,
): ReturnType<typeof startGateway> {
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(config));
  const prepared = prepare({ config: file, dataDir, port: 0 }, {});
  if ('errors' in prepared) throw new Error(prepared.errors.join('\n'));
  const notice = (line: string): void => void process.stderr.write(`gateway: ${line}\n`);
  return startGateway({ settled: prepared.settled, file, env: {}, world, notice });
}

/** On a data directory of its own, which is thrown away when the process ends. */
export async function serveGateway(config: object): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'agt-bench-'));
  const gateway = await startFrom(config, join(directory, 'config.yaml'), join(directory, 'data'), createWorld());
  const forget = (): void => rmSync(directory, { recursive: true, force: true });
  serveParent({ port: gateway.port, pid: process.pid }, {}, forget);
}
