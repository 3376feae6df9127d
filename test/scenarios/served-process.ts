/** The real command in a process of its own, with a home directory of its own. It ends only what it started itself. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configText, type TestSetup, waitFor } from './gateway.ts';

const command = fileURLToPath(new URL('../../src/cli/antigravity-tools.ts', import.meta.url));
const startMsMax = 30_000;

export interface Home {
  readonly directory: string;
  readonly dataDirectory: string;
  readonly configFile: string;
  configure(setup: TestSetup | string): void;
  remove(): void;
}

export function makeHome(setup: TestSetup | string): Home {
  const directory = mkdtempSync(join(tmpdir(), 'agt-process-'));
  const configFile = join(directory, 'config.json');
  const configure = (next: TestSetup | string): void =>
    writeFileSync(configFile, typeof next === 'string' ? next : configText(next));
  configure(setup);
  return {
    directory,
    dataDirectory: join(directory, 'data'),
    configFile,
    configure,
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves with the exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>;
}

export function runCommand(args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningCommand {
  const given = { PATH: process.env.PATH ?? '', HOME: tmpdir(), ...env };
  const quiet = '--disable-warning=ExperimentalWarning';
  const child = spawn(process.execPath, [quiet, command, ...args], { env: given, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (piece: Buffer) => {
    stdout += piece.toString();
  });
  child.stderr.on('data', (piece: Buffer) => {
    stderr += piece.toString();
  });
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}

export interface ServedGateway extends RunningCommand {
  readonly url: string;
}

/** `serve` on a free port; resolves when it says that it is ready. */
export async function serveFrom(home: Home, more: readonly string[] = []): Promise<ServedGateway> {
  const args = ['serve', '--config', home.configFile, '--data-dir', home.dataDirectory, '--port', '0', ...more];
  const running = runCommand(args, { HOME: home.directory });
  let over: number | string | undefined;
  void running.ended.then((end) => {
    over = end;
  });
  const ready = (): string | undefined => {
    if (over !== undefined) throw new Error(`the gateway ended with ${over}: ${running.stderr()}`);
    return /^antigravity-tools ready on (http:\S+)\n/m.exec(running.stdout())?.[1];
  };
  const url = await waitFor('the ready line', ready, startMsMax).catch((error: unknown) => {
    running.child.kill('SIGKILL');
    throw error;
  });
  return { ...running, url };
}
