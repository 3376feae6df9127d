/** A home of its own for each test of `connect`, with the real command run in it. */

import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ConnectFlags, connect } from './connect.ts';
import type { ClientName } from './connect-clients.ts';

export const noon: number = Date.UTC(2026, 10, 20, 12);
export const noonStamp = '20261120T120000000Z';

export interface Surrounding {
  readonly env?: Readonly<Record<string, string>>;
  readonly platform?: NodeJS.Platform;
  readonly nowMs?: number;
}
export interface Ran {
  readonly exit: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
  readonly text: string;
}
export interface TestHome {
  readonly path: string;
  run(name: ClientName, flags?: ConnectFlags, surrounding?: Surrounding): Ran;
  /** Writes the gateway's configuration. */
  configure(yaml: string): void;
  put(path: string, text: string, mode?: number): string;
  read(path: string): string;
  names(folder: string): string[];
  modeOf(path: string): number;
  remove(): void;
}

export function createHome(): TestHome {
  const home = mkdtempSync(join(tmpdir(), 'agt-connect-'));
  mkdirSync(join(home, 'data'));
  return {
    path: home,
    run: (name, flags = {}, surrounding = {}) => runIn(home, name, flags, surrounding),
    configure: (yaml) => writeFileSync(join(home, 'data', 'config.yaml'), yaml),
    put(path, text, mode = 0o600) {
      const full = join(home, path);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, text, { mode });
      chmodSync(full, mode);
      return full;
    },
    read: (path) => readFileSync(join(home, path), 'utf8'),
    names: (folder) => readdirSync(join(home, folder)).toSorted(),
    modeOf: (path) => statSync(join(home, path)).mode & 0o777,
    remove: () => rmSync(home, { recursive: true }),
  };
}

function runIn(home: string, name: ClientName, flags: ConnectFlags, surrounding: Surrounding): Ran {
  const out: string[] = [];
  const err: string[] = [];
  const io = {
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
    env: { HOME: home, ...surrounding.env },
    platform: surrounding.platform ?? 'linux',
    now: () => surrounding.nowMs ?? noon,
  };
  const exit = connect(name, { dataDir: join(home, 'data'), ...flags }, io);
  return { exit, out, err, text: out.join('\n') };
}
