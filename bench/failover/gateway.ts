/**
 * The gateway of one cell: the built command in a process of its own, with a written configuration and a data directory of its own. It is seen
 * from outside only, and ended by its own process id.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { World } from '../../src/model/ports.ts';

const command = fileURLToPath(new URL('../../dist/cli/antigravity-tools.js', import.meta.url));
const readyMsMax = 60_000;
const stopMsMax = 5_000;

/** What differs from the gateway's defaults; the page gives the reasons. */
export const healing = { first_byte: '10s', first_content: '30s', idle: '5s' } as const;

export interface GatewayAccount {
  readonly email: string;
  readonly provider: string;
  readonly baseUrl: string;
  readonly model: string;
}

export interface BenchGateway {
  readonly port: number;
  /** What it wrote to its terminal and its log file. */
  log(): string;
  close(): Promise<void>;
}

export function configuration(model: string, accounts: readonly GatewayAccount[]): object {
  return {
    accounts: accounts.map((account) => ({
      email: account.email,
      provider: account.provider,
      credential: `bench-upstream-key-of-${account.model}`,
      base_url: account.baseUrl,
      allow_private: true,
      models: [account.model],
    })),
    routes: [{ match: model, to: accounts.map((account) => account.model) }],
    healing,
  };
}

export async function startGateway(config: object, world: World): Promise<BenchGateway> {
  const home = mkdtempSync(join(tmpdir(), 'agt-failover-'));
  const file = join(home, 'config.json');
  const dataDirectory = join(home, 'data');
  writeFileSync(file, JSON.stringify(config, undefined, 1));
  const args = [
    '--disable-warning=ExperimentalWarning',
    command,
    'serve',
    '--config',
    file,
    '--data-dir',
    dataDirectory,
  ];
  const child = spawn(process.execPath, [...args, '--port', '0'], {
    env: { PATH: process.env.PATH ?? '', HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const hear = (piece: Buffer): void => {
    said += piece.toString();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const close = async (): Promise<void> => {
    await stop(child, world);
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const port = await readiness(child, () => said, world);
    return { port, log: () => `${said}${logFiles(join(dataDirectory, 'logs'))}`, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function readiness(child: ChildProcess, said: () => string, world: World): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      late.cancel();
      reject(new Error(`the gateway ${why}: ${said()}`));
    };
    const late = world.alarm(readyMsMax, () => fail('was not ready in time'));
    child.once('error', () => fail('could not be started'));
    child.once('exit', (code) => fail(`ended with ${code}`));
    child.stdout?.on('data', () => {
      const port = /^antigravity-tools ready on http:\S+:(\d+)\n/m.exec(said())?.[1];
      if (port === undefined) return;
      late.cancel();
      resolve(Number(port));
    });
  });
}

async function stop(child: ChildProcess, world: World): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = world.alarm(stopMsMax, () => child.kill('SIGKILL'));
  await ended;
  late.cancel();
}

function logFiles(directory: string): string {
  if (!existsSync(directory)) return '';
  return readdirSync(directory)
    .map((name) => readFileSync(join(directory, name), 'utf8'))
    .join('');
}
