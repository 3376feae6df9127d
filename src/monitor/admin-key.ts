/** The key of the admin API: made at first start, kept in a file that only its owner reads. It must never be logged or put into a URL. */

import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const ADMIN_KEY_FILE = 'admin.key';
const KEY_BYTES = 32;
/** Anything shorter can be guessed; a file that holds it was damaged or edited. */
const KEY_CHARS_MIN = 32;

/** Throws an error with a sentence for people when the key cannot be made or must not be used. */
export function loadAdminKey(directory: string): string {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  const path = join(directory, ADMIN_KEY_FILE);
  const made = randomBytes(KEY_BYTES).toString('base64url');
  try {
    // `wx`: of two processes that start together one makes the key, the other reads it.
    writeFileSync(path, `${made}\n`, { mode: 0o600, flag: 'wx' });
    return made;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  chmodSync(path, 0o600);
  return usableKey(path);
}

/** The key that a gateway has made there, for those who ask it; undefined where none has. Makes and changes nothing. */
export function readAdminKey(directory: string): string | undefined {
  const path = join(directory, ADMIN_KEY_FILE);
  return existsSync(path) ? usableKey(path) : undefined;
}

function usableKey(path: string): string {
  const key = readFileSync(path, 'utf8').trim();
  if (key.length < KEY_CHARS_MIN) {
    throw new AdminKeyError(
      `${path} holds no usable key (${key.length} characters, at least ${KEY_CHARS_MIN} are needed): remove the file and start again to have a new one made`,
    );
  }
  return key;
}

export class AdminKeyError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AdminKeyError';
  }
}
