/**
 * Runs a client's own command in an empty home with a clean environment and without a person. It ends only the process group it started
 * itself, by its id, and always ends it.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { world } from '../scenarios/gateway.ts';

export interface Order {
  readonly command: string;
  readonly args: readonly string[];
  /** The client's home and working directory. */
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  /** What it reads from its standard input. */
  readonly input?: string;
  readonly msMax: number;
}

export interface Ran {
  /** The exit code, or the name of the signal that ended it; `SIGKILL` where it took too long. */
  readonly exit: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** The newest Node the project has comes first: the clients' scripts begin with `env node`. */
const path = [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':');

/** Nobody listens there: what a client would tell or fetch elsewhere beside its turn fails at once. */
const nowhere = 'http://127.0.0.1:9';
const own = '127.0.0.1,localhost';
const loopbackOnly = {
  HTTPS_PROXY: nowhere,
  https_proxy: nowhere,
  NO_PROXY: own,
  no_proxy: own,
  npm_config_registry: nowhere,
};

/** As `runProcess`, and kept from every address but the machine's own. */
export function runClient(order: Order): Promise<Ran> {
  return runProcess({ ...order, env: { ...loopbackOnly, ...order.env } });
}

export async function runProcess({ command, args, home, env, input, msMax }: Order): Promise<Ran> {
  const clean = { PATH: path, HOME: home, LANG: 'C.UTF-8', TERM: 'dumb', SHELL: '/bin/sh', TMPDIR: home, ...env };
  const child = spawn(command, args, { cwd: home, env: clean, stdio: 'pipe', detached: true });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const stdout = textOf(child.stdout);
  const stderr = textOf(child.stderr);
  const alarm = world.alarm(msMax, () => endGroup(child));
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    return { exit: code ?? signal ?? 'unknown', stdout: stdout(), stderr: stderr() };
  } finally {
    alarm.cancel();
    endGroup(child);
  }
}

function textOf(stream: NodeJS.ReadableStream): () => string {
  const pieces: Buffer[] = [];
  stream.on('data', (piece: Buffer) => void pieces.push(piece));
  return () => Buffer.concat(pieces).toString('utf8');
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody of the group is left.
  }
}
