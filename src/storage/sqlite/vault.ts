/**
 * Keeps the vault in vault.db, each commit on the disk before it counts. Every look and every change is the work of a thread that lives for it alone:
 * they are rare, and a disk that makes one wait must not make the requests wait. A file that cannot be read is left as it is.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { VaultChange, VaultContents, VaultStore } from '../../accounts/vault.ts';
import { StorageError } from './link.ts';

export const VAULT_FILE = 'vault.db';

/** What the thread is to do. */
export interface VaultTask {
  readonly directory: string;
  /** Absent = read. */
  readonly changes?: readonly VaultChange[];
}
export type VaultReply = { readonly contents: VaultContents } | { readonly failure: string };

const NOTHING: VaultContents = { accounts: [], switches: [] };

export function createVaultStore(directory: string): VaultStore {
  let last: Promise<unknown> = Promise.resolve();
  /** One at a time, in the order in which they were asked for. */
  const inTurn = (task: VaultTask): Promise<VaultContents> => {
    const done = last.then(() => work(task));
    last = done.catch(() => undefined);
    return done;
  };
  return {
    read: async () => (existsSync(join(directory, VAULT_FILE)) ? inTurn({ directory }) : NOTHING),
    write: async (changes) => void (await inTurn({ directory, changes })),
  };
}

function work(task: VaultTask): Promise<VaultContents> {
  return new Promise((resolve, reject) => {
    const fail = (message: string): void => reject(new StorageError(message, true));
    const worker = new Worker(WORKER_FILE, { workerData: task, execArgv: QUIET });
    worker.once('message', (reply: VaultReply) =>
      'contents' in reply ? resolve(reply.contents) : fail(reply.failure),
    );
    worker.once('error', (error) => fail(`${VAULT_FILE}: ${error instanceof Error ? error.message : String(error)}`));
    // After an answer this says nothing any more.
    worker.once('exit', () => fail(`${VAULT_FILE}: its thread has ended without an answer`));
  });
}

/** The same file under type stripping and in the build. */
const WORKER_FILE = new URL(
  import.meta.url.endsWith('.ts') ? './vault-worker.ts' : './vault-worker.js',
  import.meta.url,
);
const QUIET = ['--disable-warning=ExperimentalWarning'];
