/** Decides what `connect` would change, and what `--undo` would bring back. Pure: texts and names come in, nothing is touched. */

import { basename, dirname, join } from 'node:path';
import type { Connection, SettingsFile } from './connect-clients.ts';

/** A settings file as it was found. Bytes, so that it can be brought back exactly. */
export interface Snapshot {
  readonly file: SettingsFile;
  /** Undefined = there is none. */
  readonly bytes: Buffer | undefined;
}
export interface Change {
  readonly path: string;
  readonly before: Buffer | undefined;
  readonly after: Buffer | undefined;
}
export type Plan = { readonly changes: readonly Change[] } | { readonly fault: string };

export function planWrite(snapshots: readonly Snapshot[], connection: Connection): Plan {
  const changes: Change[] = [];
  for (const { file, bytes } of snapshots) {
    const text = bytes === undefined ? '' : decode(bytes);
    if (text === undefined) return { fault: `${file.path} is not UTF-8 text; nothing was changed` };
    const edited = file.edit(text, connection);
    if ('fault' in edited) return { fault: `${file.path}: ${edited.fault}; mend it first, nothing was changed` };
    if (bytes !== undefined && edited.text === text) continue;
    changes.push({ path: file.path, before: bytes, after: Buffer.from(edited.text) });
  }
  return { changes };
}

/** What was kept beside a settings file: the file as it was, or the remark that there was none. */
export interface Backup {
  readonly path: string;
  readonly of: string;
  /** Sorts by time. */
  readonly stamp: string;
  readonly created: boolean;
}

export function backupPath(path: string, stamp: string, before: Buffer | undefined): string {
  return `${path}.${MARK}.${stamp}.${before === undefined ? 'created' : 'bak'}`;
}

/** A person's later changes, kept when an undo takes the whole file back. */
export function undonePath(path: string, stamp: string): string {
  return `${path}.${MARK}.${stamp}.undone`;
}

/** The backups of the newest change, whichever of the client's files it touched. `names` are the entries of a file's folder. */
export function newestBackups(
  files: readonly { readonly path: string; readonly names: readonly string[] }[],
): readonly Backup[] {
  const all = files.flatMap(({ path, names }) => names.flatMap((name) => readName(path, name)));
  const newest = newestStamp(all);
  return all.filter(({ stamp }) => stamp === newest);
}

/** A stamp for the next change: the time, but always after every stamp that is there. */
export function nextStamp(nowMs: number, newest: string | undefined): string {
  const atLeastMs = newest === undefined ? 0 : timeOf(newest) + 1;
  return new Date(Math.max(nowMs, atLeastMs)).toISOString().replace(/[-:.]/g, '');
}

/** Whether the file is exactly what connecting made of the backup, so that nothing is lost by going back. */
export function untouchedSince(
  file: SettingsFile,
  backup: Buffer | undefined,
  now: Buffer,
  connection: Connection | undefined,
): boolean {
  if (connection === undefined) return false;
  const text = backup === undefined ? '' : decode(backup);
  const edited = text === undefined ? { fault: '' } : file.edit(text, connection);
  return 'text' in edited && Buffer.from(edited.text).equals(now);
}

function readName(path: string, name: string): Backup[] {
  const prefix = `${basename(path)}.${MARK}.`;
  const rest = name.startsWith(prefix) ? /^(\d{8}T\d{9}Z)\.(bak|created)$/.exec(name.slice(prefix.length)) : null;
  if (rest === null) return [];
  return [{ path: join(dirname(path), name), of: path, stamp: rest[1] ?? '', created: rest[2] === 'created' }];
}

function newestStamp(backups: readonly Backup[]): string | undefined {
  return backups
    .map(({ stamp }) => stamp)
    .toSorted()
    .at(-1);
}

function timeOf(stamp: string): number {
  const iso = stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/, '$1-$2-$3T$4:$5:$6.$7Z');
  const time = Date.parse(iso);
  return Number.isNaN(time) ? 0 : time;
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const MARK = 'antigravity-tools';
