/**
 * Reads and changes a client's settings files. A file is replaced whole or not at all, a link is followed and stays a link, and what
 * was there is kept first. When one of several files cannot be changed, the others are put back.
 */

import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Backup, backupPath, type Change } from './connect-plan.ts';

/** What could not be done, as a sentence for a person. */
export class SettingsFault extends Error {}

/** The bytes of a file; undefined when there is none. */
export function readSettings(path: string): Buffer | undefined {
  const stats = statsOf(path);
  if (stats === undefined) return undefined;
  if (!stats.isFile()) throw new SettingsFault(`${path} is not a file; nothing was changed`);
  if (stats.size > FILE_BYTES_MAX) throw new SettingsFault(`${path} is larger than a settings file can be (4 MB)`);
  return told(path, 'read', () => readFileSync(path));
}

export function namesBeside(path: string): string[] {
  try {
    return readdirSync(dirname(path));
  } catch {
    return [];
  }
}

/** A file that holds a key should be its owner's alone, but its mode is the person's own choice. */
export function othersMayRead(path: string): boolean {
  return ((statsOf(path)?.mode ?? 0) & OTHERS_BITS) !== 0;
}

/** Keeps what is there, then makes the changes, all or none. */
export function applyChanges(changes: readonly Change[], stamp: string): void {
  const done: Change[] = [];
  const kept: string[] = [];
  try {
    for (const change of changes) {
      told(dirname(change.path), 'write', () =>
        mkdirSync(dirname(change.path), { recursive: true, mode: FOLDER_MODE }),
      );
      const backup = backupPath(change.path, stamp, change.before);
      told(backup, 'write', () =>
        writeFileSync(backup, change.before ?? '', { flag: 'wx', mode: SECRET_MODE, flush: true }),
      );
      kept.push(backup);
    }
    for (const change of changes) {
      refuseIfChanged(change);
      replaceFile(change.path, change.after, stamp);
      done.push(change);
    }
  } catch (error) {
    // A file that cannot be put back keeps its backup: this throws before any is removed.
    for (const change of done) replaceFile(change.path, change.before, stamp);
    for (const backup of kept) rmSync(backup, { force: true });
    throw error;
  }
}

/** Brings one file back and gives the backup up. `keep` is where the file as it stands now is kept, if it must be. */
export function restoreBackup(backup: Backup, change: Change, keep: string | undefined): void {
  if (keep !== undefined && change.before !== undefined) {
    const bytes = change.before;
    told(keep, 'write', () => writeFileSync(keep, bytes, { flag: 'wx', mode: SECRET_MODE, flush: true }));
  }
  try {
    refuseIfChanged(change);
    replaceFile(change.path, change.after, backup.stamp);
  } catch (error) {
    if (keep !== undefined) rmSync(keep, { force: true });
    throw error;
  }
  told(backup.path, 'remove', () => rmSync(backup.path));
}

/** Between the diff and the change, the client itself may have written. */
function refuseIfChanged({ path, before }: Change): void {
  const now = readSettings(path);
  const same = now === undefined || before === undefined ? now === before : now.equals(before);
  if (!same) throw new SettingsFault(`${path} was changed by another program just now; nothing was changed, try again`);
}

function replaceFile(path: string, bytes: Buffer | undefined, stamp: string): void {
  const target = followLinks(path);
  told(path, 'change', () => {
    if (bytes === undefined) rmSync(target, { force: true });
    else {
      // A rename would pass over the write protection of a file.
      if (statsOf(target) !== undefined) closeSync(openSync(target, 'r+'));
      writeWhole(target, bytes, stamp);
    }
  });
}

function writeWhole(target: string, bytes: Buffer, stamp: string): void {
  const stats = statsOf(target);
  const draft = `${target}.antigravity-tools.${stamp}.tmp`;
  rmSync(draft, { force: true });
  const file = openSync(draft, 'wx', SECRET_MODE);
  try {
    try {
      writeFileSync(file, bytes);
      if (stats !== undefined) keepOwner(file, stats);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** The owner first: changing it takes special bits of the mode away. Only root may give a file to another. */
function keepOwner(file: number, stats: Stats): void {
  if (process.geteuid?.() === 0) fchownSync(file, stats.uid, stats.gid);
  fchmodSync(file, stats.mode & MODE_BITS);
}

/** Where a path leads, also when nothing is there yet. */
function followLinks(path: string): string {
  let target = path;
  for (let hop = 0; hop < LINKS_MAX; hop += 1) {
    try {
      target = resolve(dirname(target), readlinkSync(target));
    } catch {
      return target;
    }
  }
  throw new SettingsFault(`${path} is a link that leads in a circle`);
}

function statsOf(path: string): Stats | undefined {
  return told(path, 'read', () => statSync(path, { throwIfNoEntry: false }));
}

function told<T>(path: string, verb: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof SettingsFault) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new SettingsFault(`cannot ${verb} ${path}: ${REASONS[code] ?? `the system says ${code}`}`);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not do that there',
  EPERM: 'this user may not do that there',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'something of that name is already there',
  ENOENT: 'the folder is not there',
  ELOOP: 'it is a link that leads in a circle',
  EISDIR: 'it is a folder, not a file',
};
const FILE_BYTES_MAX = 4 * 1024 ** 2;
const SECRET_MODE = 0o600;
const FOLDER_MODE = 0o700;
const MODE_BITS = 0o7777;
const OTHERS_BITS = 0o044;
const LINKS_MAX = 40;
