/**
 * Turns the credential reference of an account into the secret itself, each time anew, so that a renewed file or variable counts at once.
 * Never puts a secret, or what might be one, into an error or a warning.
 */

import type { AccountConfig } from '../model/config.ts';
import { VaultError } from './vault-error.ts';

/** What is known of a credential file. `mode` = its permission bits, absent where the system has none. */
export interface CredentialFile {
  readonly text: string;
  readonly mode?: number;
}

export interface Credentials {
  /** Rejects with a `CredentialError`, and with nothing else. */
  secret(account: Pick<AccountConfig, 'email' | 'credential'>): Promise<string>;
  /** Every secret resolved so far, and the secrets inside those that are JSON key files: for redaction. */
  all(): string[];
  /** What a person should know, each once: files that others can read, literals in the configuration. */
  warnings(): string[];
}

export type ReadCredentialFile = (path: string) => Promise<CredentialFile>;
/** Undefined when the keychain has no such entry. */
export type ReadKeychain = (name: string) => Promise<string | undefined>;
/** Opens what the vault has under `REVISION:LABEL`; undefined when it has nothing. Throws a sentence without secrets. */
export type ReadVault = (name: string) => string | undefined;

export class CredentialError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CredentialError';
  }
}

type Reference = { readonly kind: 'env' | 'file' | 'keychain' | 'vault' | 'literal'; readonly name: string };
type Found = { readonly text: string | undefined; readonly warning?: string };

export function createCredentials(
  env: Readonly<Record<string, string | undefined>>,
  readFile: ReadCredentialFile,
  keychain?: ReadKeychain,
  vault?: ReadVault,
): Credentials {
  const secrets = new Set<string>();
  const warnings = new Set<string>();
  const sources: Record<Reference['kind'], (name: string, email: string) => Promise<Found>> = {
    env: async (name) => ({ text: Object.hasOwn(env, name) ? env[name] : undefined }),
    file: async (name) => readFrom(readFile, name, env.HOME),
    keychain: async (name, email) => {
      if (keychain === undefined) {
        throw new CredentialError(`the credential of ${email} (${shown('keychain', name)}): no keychain works here`);
      }
      return { text: await keychain(name) };
    },
    // Only the account for which it was sealed may have it, whatever another one states.
    vault: async (name, email) => ({ text: name.slice(name.indexOf(':') + 1) === email ? vault?.(name) : undefined }),
    literal: async (name, email) => ({
      text: name,
      warning: `the credential of ${email} stands in the configuration itself`,
    }),
  };

  return {
    async secret({ email, credential }) {
      const { kind, name } = referenceOf(credential);
      const label = `the credential of ${email} (${shown(kind, name)})`;
      if (kind !== 'literal' && name === '') throw new CredentialError(`${label} names nothing`);
      const { text, warning } = await sources[kind](name, email).catch((error: unknown) => {
        throw asCredentialError(error, label);
      });
      const secret = text?.trim() ?? '';
      if (secret === '') throw new CredentialError(`${label} is ${text === undefined ? 'not there' : 'empty'}`);
      if (warning !== undefined) warnings.add(warning);
      for (const part of [secret, ...secretsInside(secret)]) secrets.add(part);
      return secret;
    },
    all: () => [...secrets],
    warnings: () => [...warnings],
  };
}

function referenceOf(credential: string): Reference {
  const split = credential.indexOf(':');
  const kind = credential.slice(0, Math.max(split, 0));
  if (!isReferenceKind(kind)) return { kind: 'literal', name: credential };
  return { kind, name: credential.slice(split + 1).trim() };
}

function isReferenceKind(kind: string): kind is Exclude<Reference['kind'], 'literal'> {
  return kind === 'env' || kind === 'file' || kind === 'keychain' || kind === 'vault';
}

/** A secret pasted where a name belongs would be such a name: long, no path, small and capital letters and digits. */
const KEY_LIKE_CHARS_MIN = 20;

/** A credential as the Monitor may show it: its reference, or only what kind it is. */
export function credentialShown(credential: string): string {
  const { kind, name } = referenceOf(credential);
  return kind === 'literal' ? kind : shown(kind, name);
}

/** The reference as people may see it. */
function shown(kind: Reference['kind'], name: string): string {
  if (kind === 'literal') return 'a literal';
  if (kind === 'vault') return kind;
  const isPath = kind === 'file' && /[/\\.]/.test(name);
  const looksLikeKey = !isPath && name.length >= KEY_LIKE_CHARS_MIN && /[a-z]/.test(name) && /\d/.test(name);
  return looksLikeKey ? `${kind}: followed by what looks like a key instead of a name` : `${kind}:${name}`;
}

/** Permission bits that let others than the owner read. */
const READABLE_BY_OTHERS = 0o044;

async function readFrom(readFile: ReadCredentialFile, name: string, home: string | undefined): Promise<Found> {
  const path = home !== undefined && name.startsWith('~/') ? `${home}${name.slice(1)}` : name;
  const { text, mode } = await readFile(path);
  if (mode === undefined || (mode & READABLE_BY_OTHERS) === 0) return { text };
  return { text, warning: `other users of this machine can read ${path}; chmod 600 keeps it private` };
}

/** Keeps of a foreign error only its code: its message could carry anything. */
function asCredentialError(error: unknown, label: string): CredentialError {
  if (error instanceof CredentialError) return error;
  if (error instanceof VaultError) return new CredentialError(`${label}: ${error.message}`);
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const known = FILE_ERRORS.get(code);
  return new CredentialError(`${label} cannot be read${known === undefined ? '' : `: ${known}`}`);
}

const FILE_ERRORS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EISDIR', 'it is a directory'],
  ['ENOTDIR', 'a part of the path is no directory'],
]);

/** The members of Google and OAuth key files that are secrets on their own. */
const SECRET_MEMBERS = ['private_key', 'private_key_id', 'refresh_token', 'client_secret', 'access_token'] as const;

function secretsInside(secret: string): string[] {
  if (!secret.startsWith('{')) return [];
  try {
    const parsed = JSON.parse(secret) as Record<string, unknown>;
    return SECRET_MEMBERS.flatMap((member) => {
      const value = parsed[member];
      return typeof value === 'string' && value !== '' ? [value] : [];
    });
  } catch {
    return [];
  }
}
