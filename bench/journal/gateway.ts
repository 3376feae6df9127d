/** The gateway on a journal that is full already, in a process of its own: one account, before the lab. */

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startLab } from '../../src/lab/server.ts';
import { createWorld } from '../../src/world.ts';
import { order, serveParent } from '../child.ts';
import { startFrom } from '../gateway.ts';

const { directory, role } = order<{ readonly directory: string; readonly role: string }>();
const world = createWorld();
if (role.startsWith('lab')) {
  const lab = await startLab({ world });
  serveParent({ port: lab.port, pid: process.pid }, {}, () => lab.close());
} else {
  const file = join(directory, 'bench.yaml');
  const account = { email: 'bench@example.com', provider: 'anthropic', credential: 'bench-key-000000' };
  const accounts = [{ ...account, base_url: `http://127.0.0.1:${role}`, allow_private: true }];
  const gateway = await startFrom({ accounts, monitor: { retention: '90d' } }, file, directory, world);
  const key = async (): Promise<string> => readFileSync(join(directory, 'admin.key'), 'utf8').trim();
  // Of the thread that serves requests, and of the whole process.
  const cpu = async () => ({ main: process.threadCpuUsage(), all: process.cpuUsage() });
  serveParent({ port: gateway.port, pid: process.pid }, { key, cpu }, async () => {
    await gateway.close();
    rmSync(file, { force: true });
  });
}
