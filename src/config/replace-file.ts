/**
 * Puts a new text in the place of a file so that at any moment, a loss of power included, either the old or the new one is there whole. A link stays a link:
 * the file it leads to is replaced. A new file is its owner's alone.
 */

import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

const OWNER_ONLY = 0o600;
const MODE_BITS = 0o777;

/**
 * `mayReplace` is asked at the last moment; when it says no, nothing is changed and the answer is false. Rejects with the system's error; the old file is
 * then untouched.
 */
export async function replaceFile(path: string, text: string, mayReplace: () => boolean): Promise<boolean> {
  const target = await realpath(path).catch(() => path);
  const old = await stat(target).catch(() => undefined);
  // A rename would pass over the protection of a file.
  if (old !== undefined) await (await open(target, constants.O_RDWR)).close();
  const draft = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await open(draft, 'wx', OWNER_ONLY);
    try {
      await file.writeFile(text);
      if (old !== undefined) await keepOwner(file, old);
      await file.sync();
    } finally {
      await file.close();
    }
    if (!mayReplace()) {
      await rm(draft, { force: true });
      return false;
    }
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncDirectory(dirname(target));
  return true;
}

/** The owner first: changing it takes special bits of the mode away. Only root may give a file to another. */
async function keepOwner(file: FileHandle, old: { uid: number; gid: number; mode: number }): Promise<void> {
  if (process.geteuid?.() === 0) await file.chown(old.uid, old.gid);
  await file.chmod(old.mode & MODE_BITS);
}

/** Some systems cannot do it; the file itself is safe by then. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r').catch(() => undefined);
  await directory?.sync().catch(() => undefined);
  await directory?.close();
}
