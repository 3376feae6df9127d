/**
 * Starts the real gateway in this process: the real main, the real clock, real sockets on a free port, and a data directory of its own that
 * is removed at the end. Nothing in here stands in for a part of the gateway.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare } from '../../src/cli/prepare.ts';
import { type Gateway, startGateway } from '../../src/main.ts';
import type { RequestJournal } from '../../src/model/ports.ts';
import { createWorld } from '../../src/world.ts';
import { ask } from './client.ts';

export const world = createWorld();

/** An account as the configuration file states it; `base_url` is the upstream of the test. */
export interface TestAccount {
  readonly email: string;
  readonly provider: 'anthropic' | 'gemini' | 'vertex' | 'openai';
  readonly credential: string;
  readonly base_url: string;
  readonly [key: string]: unknown;
}

/** The sections of the configuration file, as they stand in it. */
export interface TestSetup {
  readonly accounts: readonly TestAccount[];
  readonly healing?: Readonly<Record<string, unknown>>;
  readonly server?: Readonly<Record<string, unknown>>;
  readonly routes?: readonly unknown[];
  readonly monitor?: Readonly<Record<string, unknown>>;
  readonly scheduling?: Readonly<Record<string, unknown>>;
  readonly logLevel?: string;
  /** Another reader of the facts. */
  readonly reader?: RequestJournal;
}

/** A row of the journal as `GET /api/requests` gives it. */
export interface Row {
  readonly id: string;
  readonly status: number;
  readonly outcome: string;
  readonly attempts: number;
  readonly account_email: string;
  readonly model: string;
  readonly path: string;
  readonly [key: string]: unknown;
}

export interface TestGateway {
  readonly url: string;
  readonly port: number;
  readonly adminKey: string;
  readonly dataDirectory: string;
  /** The lines for the person at the terminal. */
  readonly notices: readonly string[];
  rows(): Promise<Row[]>;
  /** Waits until the journal has the row. */
  row(id: string): Promise<Row>;
  /** Ends the gateway and lets `look` see what it left on the disk before that is removed. */
  close(look?: (dataDirectory: string) => void): Promise<void>;
}

/** What every account of a test needs beside its name. */
export function loopbackAccount(
  provider: TestAccount['provider'],
  name: string,
  url: string,
  more: Readonly<Record<string, unknown>> = {},
): TestAccount {
  const email = `${name}@example.com`;
  return { email, provider, credential: `test-key-${name}-0123456789`, base_url: url, allow_private: true, ...more };
}

export function configText({ logLevel: _logLevel, reader: _reader, ...sections }: TestSetup): string {
  const accounts = sections.accounts.map((account) => ({ allow_private: true, ...account }));
  return JSON.stringify({ ...sections, accounts }, null, 1);
}

export async function startTestGateway(setup: TestSetup): Promise<TestGateway> {
  const home = mkdtempSync(join(tmpdir(), 'agt-scenario-'));
  const dataDirectory = join(home, 'data');
  const notices: string[] = [];
  const gateway = await startIn(home, setup, notices).catch((error: unknown) => {
    rmSync(home, { recursive: true, force: true });
    throw error;
  });
  const rows = (): Promise<Row[]> => rowsOf(gateway.url, gateway.adminKey);
  return {
    url: gateway.url,
    port: gateway.port,
    adminKey: gateway.adminKey,
    dataDirectory,
    notices,
    rows,
    row: (id) => waitFor(`the journal's row ${id}`, async () => (await rows()).find((row) => row.id === id)),
    async close(look) {
      await gateway.close();
      try {
        look?.(dataDirectory);
      } finally {
        rmSync(home, { recursive: true, force: true });
      }
    },
  };
}

async function startIn(home: string, setup: TestSetup, notices: string[]): Promise<Gateway> {
  const file = join(home, 'config.json');
  writeFileSync(file, configText(setup));
  const flags = { config: file, dataDir: join(home, 'data'), port: '0', logLevel: setup.logLevel ?? 'trace' };
  const prepared = prepare(flags, {});
  if ('errors' in prepared) throw new Error(`the configuration of the test is refused: ${prepared.errors.join('; ')}`);
  const notice = (line: string): void => void notices.push(line);
  const readers = setup.reader === undefined ? [] : [setup.reader];
  return startGateway({ settled: prepared.settled, file, env: {}, world, notice, readers });
}

/** All rows, newest first, page by page. */
export async function rowsOf(url: string, adminKey: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = cursor === '' ? '' : `&cursor=${cursor}`;
    const headers = { authorization: `Bearer ${adminKey}` };
    const answer = await ask(`${url}/api/requests?limit=100${page}`, { method: 'GET', headers });
    if (answer.status !== 200) throw new Error(`the admin API says ${answer.status}: ${answer.text}`);
    const json = JSON.parse(answer.text) as { requests: Row[]; next_cursor: string | null };
    rows.push(...json.requests);
    cursor = json.next_cursor;
  }
  return rows;
}

const waitMsMax = 10_000;
const lookEveryMs = 20;

/** Looks again and again until there is something, and says what was missing when there is nothing in time. */
export async function waitFor<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  msMax = waitMsMax,
): Promise<T> {
  const endAt = world.elapsed() + msMax;
  const never = new AbortController().signal;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (world.elapsed() > endAt) throw new Error(`waited ${msMax} ms in vain for ${what}`);
    await world.sleep(lookEveryMs, never);
  }
}
