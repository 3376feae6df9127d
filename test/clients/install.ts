/**
 * Puts a client, as its makers publish it on npm, into a scratch folder of its own: the version that the client names, else the newest.
 * What is there from today is used again.
 * npm runs no install script; where a client's wrapper needs its own set-up script, that one is run by name.
 */

import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { world } from '../scenarios/gateway.ts';
import type { Client } from './client.ts';
import { runProcess } from './process.ts';

export interface Installed {
  /** Holds `node_modules`. */
  readonly folder: string;
  readonly version: string;
}

export type Installable = Pick<Client, 'package' | 'setUp' | 'version' | 'beside'>;

const installMsMax = 240_000;
const setUpMsMax = 60_000;
const keptMsMax = 24 * 3_600_000;

/** Where the clients live: `CLIENTS_DIR`, else a folder of the system's own scratch place. */
export function clientsDirectory(): string {
  return process.env.CLIENTS_DIR ?? join(tmpdir(), 'antigravity-tools-clients');
}

export async function installed({ package: name, setUp, version, beside = [] }: Installable): Promise<Installed> {
  const named = version === undefined ? name : `${name}-${version}`;
  const folder = join(clientsDirectory(), named.replace(/^@/, '').replace('/', '-'));
  const done = join(folder, 'installed');
  const isFresh = existsSync(done) && world.now() - statSync(done).mtimeMs < keptMsMax;
  if (!isFresh) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    await fetchPackages([`${name}@${version ?? 'latest'}`, ...beside], folder);
    rmSync(cacheOf(folder), { recursive: true, force: true });
    if (setUp !== undefined)
      await run(`${name}: ${setUp}`, folder, 'node', [setUp], packageFolder(folder, name), setUpMsMax);
    writeFileSync(done, '');
  }
  const manifest = JSON.parse(readFileSync(join(packageFolder(folder, name), 'package.json'), 'utf8')) as {
    version: string;
  };
  return { folder, version: manifest.version };
}

function packageFolder(folder: string, name: string): string {
  return join(folder, 'node_modules', name);
}

function cacheOf(folder: string): string {
  return join(folder, 'npm-cache');
}

async function fetchPackages(specs: readonly string[], folder: string): Promise<void> {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--cache', cacheOf(folder)];
  await run(
    `npm install ${specs.join(' ')}`,
    folder,
    'npm',
    ['install', '--ignore-scripts', ...quiet, ...specs],
    folder,
    installMsMax,
  );
}

async function run(
  what: string,
  home: string,
  command: string,
  args: readonly string[],
  directory: string,
  msMax: number,
): Promise<void> {
  // npm finds its registry and proxy in the environment and in the home of the person who runs the tests.
  const own = Object.entries(process.env).filter(([key]) =>
    /^(npm_config_|https?_proxy|no_proxy|node_extra_ca_certs)/i.test(key),
  );
  const env = { ...Object.fromEntries(own), HOME: process.env.HOME ?? home } as Record<string, string>;
  const { exit, stdout, stderr } = await runProcess({ command, args, home: directory, env, msMax });
  if (exit !== 0) throw new Error(`${what} ended with ${exit}: ${stderr}\n${stdout}`);
}
