/**
 * The key that seals the vault: in the keychain of the operating system where one really works, else in `vault.key`, which only its owner reads.
 * A key that is there is never replaced while anything is sealed with it, and it stands in no error.
 */

import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { SEAL_KEY_BYTES } from './seal.ts';

export const VAULT_KEY_FILE = 'vault.key';

export interface Keychain {
  /** Undefined when there is no such entry. Every one of these rejects where no keychain works. */
  read(name: string): Promise<string | undefined>;
  write(name: string, secret: string): Promise<void>;
  remove(name: string): Promise<void>;
}

export type KeyPlace = 'keychain' | 'file';

export interface VaultKey {
  readonly key: Buffer;
  readonly place: KeyPlace;
  /** Something a person should know, such as a file that others could read. */
  readonly warning?: string;
}

export interface KeyDependencies {
  readonly directory: string;
  readonly keychain: Keychain;
  /** Names the vault: one machine may have several. */
  readonly id: string;
}

/** Why there is no key, in a sentence for people. */
export class VaultKeyError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'VaultKeyError';
  }
}

/** Makes or finds the key of a vault in which nothing is sealed yet. A key file that is there is used: a person may have put it there. */
export async function makeVaultKey(dependencies: KeyDependencies): Promise<VaultKey> {
  const { directory, keychain, id } = dependencies;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const found = fileKey(directory);
  if (found !== undefined && 'key' in found) return found;
  // Nothing is sealed with a damaged one: it was cut off while it was made.
  if (found !== undefined) rmSync(join(directory, VAULT_KEY_FILE));
  const key = randomBytes(SEAL_KEY_BYTES);
  if (await keepsWhatItIsGiven(keychain, id)) {
    await keychain.write(entryOf(id), key.toString('base64url'));
    return { key, place: 'keychain' };
  }
  writeKeyFile(directory, key);
  return { key, place: 'file' };
}

/** The key of a vault in which something is sealed. Throws a `VaultKeyError`, and nothing else. */
export async function readVaultKey(dependencies: KeyDependencies & { readonly place: KeyPlace }): Promise<VaultKey> {
  const { directory, keychain, id, place } = dependencies;
  if (place === 'file') {
    const found = tried(() => fileKey(directory));
    if (found !== undefined && 'key' in found) return found;
    const path = join(directory, VAULT_KEY_FILE);
    throw new VaultKeyError(found === undefined ? `${path} is missing` : `${path} holds no usable key`);
  }
  let text: string | undefined;
  try {
    text = await keychain.read(entryOf(id));
  } catch {
    throw new VaultKeyError('the keychain of this machine, which holds its key, cannot be read');
  }
  const key = keyIn(text ?? '');
  if (key === undefined) throw new VaultKeyError('its key is not in the keychain of this machine');
  return { key, place };
}

/** Headless machines have keychains that take an entry and have lost it when it is asked for. */
async function keepsWhatItIsGiven(keychain: Keychain, id: string): Promise<boolean> {
  const name = `${entryOf(id)} trial`;
  const trial = randomBytes(SEAL_KEY_BYTES).toString('base64url');
  try {
    await keychain.write(name, trial);
    const kept = await keychain.read(name);
    await keychain.remove(name);
    return kept === trial && (await keychain.read(name)) === undefined;
  } catch {
    return false;
  }
}

function entryOf(id: string): string {
  return `vault ${id}`;
}

/** Undefined when there is no file. */
function fileKey(directory: string): VaultKey | { readonly unusable: true } | undefined {
  const path = join(directory, VAULT_KEY_FILE);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const key = keyIn(text.trim());
  if (key === undefined) return { unusable: true };
  const isOpen = process.platform !== 'win32' && (statSync(path).mode & READABLE_BY_OTHERS) !== 0;
  if (!isOpen) return { key, place: 'file' };
  chmodSync(path, 0o600);
  const warning = `other users of this machine could read ${path} until now; whoever has read it and vault.db has the credentials of the vault`;
  return { key, place: 'file', warning };
}

const READABLE_BY_OTHERS = 0o077;

function keyIn(text: string): Buffer | undefined {
  const key = Buffer.from(text, 'base64url');
  return key.length === SEAL_KEY_BYTES && key.toString('base64url') === text ? key : undefined;
}

/** On the disk before anything is sealed with it. */
function writeKeyFile(directory: string, key: Buffer): void {
  // `wx`: of two processes that start together one makes the key, the other fails and may try again.
  const file = openSync(join(directory, VAULT_KEY_FILE), 'wx', 0o600);
  try {
    writeSync(file, `${key.toString('base64url')}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  if (process.platform === 'win32') return;
  const parent = openSync(directory, 'r');
  try {
    fsyncSync(parent);
  } finally {
    closeSync(parent);
  }
}

function tried<T>(read: () => T): T | { readonly unusable: true } {
  try {
    return read();
  } catch {
    return { unusable: true };
  }
}
