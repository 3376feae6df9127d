/** The gateway on a journal that is full already, in a process of its own: one account, before the lab. */

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepare } from '../../src/cli/prepare.ts';
import { startLab } from '../../src/lab/server.ts';
import { startGateway } from '../../src/main.ts';
import { createWorld } from '../../src/world.ts';
import { order, serveParent } from '../child.ts';

const { directory, role } = order<{ readonly directory: string; readonly role: string }>();
const world = createWorld();
if (role.startsWith('lab')) {
  const lab = await startLab({ world });
  serveParent({ port: lab.port, pid: process.pid }, {}, () => lab.close());
} else {
  const file = join(directory, 'bench.yaml');
  const account = { email: 'bench@example.com', provider: 'anthropic', credential: 'bench-key-000000' };
  const accounts = [{ ...account, base_url: `http://127.0.0.1:${role}`, allow_private: true }];
  writeFileSync(file, JSON.stringify({ accounts, monitor: { retention: '90d' } }));
  const prepared = prepare({ config: file, dataDir: directory, port: 0 }, {});
  if ('errors' in prepared) throw new Error(prepared.errors.join('\n'));
  const notice = (line: string): void => void process.stderr.write(`gateway: ${line}\n`);
  const gateway = await startGateway({ settled: prepared.settled, file, env: {}, world, notice });
  const key = async (): Promise<string> => readFileSync(join(directory, 'admin.key'), 'utf8').trim();
  // Of the thread that serves requests, and of the whole process.
  const cpu = async () => ({ main: process.threadCpuUsage(), all: process.cpuUsage() });
  serveParent({ port: gateway.port, pid: process.pid }, { key, cpu }, async () => {
    await gateway.close();
    rmSync(file, { force: true });
  });
}
