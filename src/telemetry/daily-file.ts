/**
 * One file a day, `app.log.YYYY-MM-DD` by the local date; older ones are removed. A disk that refuses loses lines, counts them and is tried
 * again later: writing must never throw and never wait.
 */

import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { destination } from 'pino';
import type { World } from '../model/ports.ts';

export interface DailyFile {
  write(line: string): void;
  /** Resolves when all that was written has been handed to the operating system, or cannot be. */
  flush(): Promise<void>;
  /** For the last lines of a dying process. */
  flushSync(): void;
  close(): Promise<void>;
  /** Lines lost since the start. */
  readonly lost: number;
}
type Destination = ReturnType<typeof destination>;

const PREFIX = 'app.log.';
const FILE_DAYS_MAX = 14;
/** Lines waiting for a slow disk; above it lines are lost. */
const WAITING_BYTES_MAX = 8 * 1024 * 1024;
/** After a failure the file is opened again at the earliest after this time. */
const REOPEN_AFTER_MS = 5_000;
const DAY_MS = 86_400_000;

export function createDailyFile(directory: string, world: World): DailyFile {
  let current: Destination | undefined;
  let currentDay = '';
  let failedAt: number | undefined;
  let lost = 0;

  function fail(which: Destination): void {
    lost += 1;
    if (current !== which) return;
    current = undefined;
    failedAt = world.elapsed();
    which.destroy();
  }

  /** The destination of this moment; undefined while a failed disk is left alone. */
  function today(): Destination | undefined {
    const day = localDay(world.now());
    if (current !== undefined && day === currentDay) return current;
    if (failedAt !== undefined && world.elapsed() - failedAt < REOPEN_AFTER_MS) return undefined;
    current?.end();
    const opened = openDay(directory, day, () => {
      lost += 1;
    });
    opened.on('error', () => fail(opened));
    current = opened;
    currentDay = day;
    failedAt = undefined;
    return current;
  }

  function write(line: string): void {
    try {
      const open = today();
      if (open === undefined) lost += 1;
      else open.write(line);
    } catch {
      current = undefined;
      failedAt = world.elapsed();
      lost += 1;
    }
  }

  return {
    get lost() {
      return lost;
    },
    write,
    flush: () => flushed(current),
    flushSync: () => flushedSync(current),
    async close() {
      const last = current;
      await flushed(last);
      await ended(last);
      current = undefined;
    },
  };
}

function openDay(directory: string, day: string, dropped: () => void): Destination {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const dest = join(directory, PREFIX + day);
  removeOldFiles(directory, day);
  // minLength 1: a line is written at once, those that come while the disk is busy go out together.
  const opened = destination({ dest, sync: false, minLength: 1, maxLength: WAITING_BYTES_MAX, mode: 0o600 });
  opened.on('drop', dropped);
  return opened;
}

function flushedSync(file: Destination | undefined): void {
  try {
    file?.flushSync();
  } catch {
    // The file was never opened or the disk refuses: nothing can be saved.
  }
}

function flushed(file: Destination | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (file === undefined) return resolve();
    try {
      file.flush(() => resolve());
    } catch {
      resolve();
    }
  });
}

function ended(file: Destination | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (file === undefined) return resolve();
    file.once('close', resolve);
    file.once('error', () => resolve());
    try {
      file.end();
    } catch {
      resolve();
    }
  });
}

function localDay(ms: number): string {
  const date = new Date(ms);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Only names that this file makes itself are ever removed. */
function removeOldFiles(directory: string, day: string): void {
  const oldest = Date.parse(day) - FILE_DAYS_MAX * DAY_MS;
  for (const name of readdirSync(directory)) {
    const date = /^app\.log\.(\d{4}-\d{2}-\d{2})$/.exec(name)?.[1];
    if (date === undefined || !(Date.parse(date) < oldest)) continue;
    rmSync(join(directory, name), { force: true });
  }
}
