/**
 * The vault: accounts added while the gateway runs, and switches of those that the configuration file states. Literal credentials are kept sealed, in
 * memory as on the disk, and opened each time one is needed. A vault that cannot be opened takes no other account with it.
 */

import { randomBytes, randomInt } from 'node:crypto';
import { SEAL_IV_BYTES, SealError, seal, unseal } from './seal.ts';
import { VaultError } from './vault-error.ts';
import { type Keychain, type KeyPlace, makeVaultKey, readVaultKey, type VaultKey, VaultKeyError } from './vault-key.ts';

/** An account as it lies on the disk. Exactly one of `reference` and `sealed` is there. */
export interface VaultRow {
  readonly label: string;
  /** What the configuration file would state of it, as JSON, without label and credential. */
  readonly settings: string;
  /** `env:NAME`, `file:PATH` or `keychain:NAME`. */
  readonly reference: string | null;
  readonly sealed: string | null;
  /** Another one for every new credential, so that what was learnt about the old one is not believed of it. */
  readonly revision: number;
}
/** Which key the vault is sealed with. `check` opens with that key alone. */
export interface VaultLock {
  readonly id: string;
  readonly place: KeyPlace;
  readonly check: string;
}
export interface VaultContents {
  readonly accounts: readonly VaultRow[];
  readonly switches: readonly { readonly label: string; readonly enabled: boolean }[];
  readonly lock?: VaultLock;
}
export type VaultChange =
  | { readonly change: 'lock'; readonly lock: VaultLock }
  | { readonly change: 'put'; readonly row: VaultRow }
  | { readonly change: 'remove'; readonly label: string }
  /** Absent = as the file says. */
  | { readonly change: 'switch'; readonly label: string; readonly enabled?: boolean };

/** Keeps the vault on a disk. A write is durable when its promise resolves, and all of it or nothing is. */
export interface VaultStore {
  read(): Promise<VaultContents>;
  write(changes: readonly VaultChange[]): Promise<void>;
}

export interface VaultAccount {
  readonly label: string;
  readonly settings: string;
  /** As an account states it: the reference, or `vault:REVISION:LABEL` for a sealed one. */
  readonly credential: string;
  /** Why its credential cannot be opened. */
  readonly locked?: string;
}

export interface Vault {
  accounts(): readonly VaultAccount[];
  switches(): ReadonlyMap<string, boolean>;
  /** What a person should know about the vault, since the last call. */
  warnings(): readonly string[];
  /** The secret behind `vault:NAME`; undefined when there is none of this name. Throws a `VaultError` when it cannot be opened. */
  secret(name: string): string | undefined;
  /** Looks at the disk again: another process may have changed it. Rejects with a `VaultError`, as all of these. */
  refresh(): Promise<void>;
  /** Without a credential the one before stays. */
  put(
    label: string,
    settings: string,
    credential?: { readonly text: string; readonly isSecret: boolean },
  ): Promise<void>;
  remove(label: string): Promise<void>;
  switchTo(label: string, enabled: boolean | undefined): Promise<void>;
}

export interface VaultDependencies {
  readonly store: VaultStore;
  readonly directory: string;
  readonly keychain: Keychain;
}

const CREDENTIAL = 'credential';
const CHECK = 'check';
const ID_BYTES = 8;
const REVISION_MAX = 2 ** 47;
/** Accounts of one vault: more is a mistake, and every one of them is looked at for each request. */
export const VAULT_ACCOUNTS_MAX = 1_000;

/** Never rejects: what is wrong is among the warnings, and refuses later changes. */
export async function openVault(dependencies: VaultDependencies): Promise<Vault> {
  const vault = new KeptVault(dependencies);
  await vault.refresh().catch((error: unknown) => vault.warn(messageOf(error)));
  return vault;
}

class KeptVault implements Vault {
  readonly #dependencies: VaultDependencies;
  #contents: VaultContents = { accounts: [], switches: [] };
  #key: Buffer | undefined;
  /** Why there is no key although something is sealed. */
  #fault: string | undefined;
  #warnings: string[] = [];

  constructor(dependencies: VaultDependencies) {
    this.#dependencies = dependencies;
  }

  accounts(): readonly VaultAccount[] {
    return this.#contents.accounts.map(({ label, settings, reference, sealed, revision }) => ({
      label,
      settings,
      credential: reference ?? `vault:${revision}:${label}`,
      ...(sealed !== null && this.#fault !== undefined ? { locked: this.#fault } : {}),
    }));
  }

  switches(): ReadonlyMap<string, boolean> {
    return new Map(this.#contents.switches.map(({ label, enabled }) => [label, enabled]));
  }

  warnings(): readonly string[] {
    const told = this.#warnings;
    this.#warnings = [];
    return told;
  }

  warn(text: string): void {
    this.#warnings.push(text);
  }

  secret(name: string): string | undefined {
    const row = this.#contents.accounts.find(({ label, revision }) => `${revision}:${label}` === name);
    if (row === undefined || row.sealed === null) return undefined;
    if (this.#key === undefined) throw new VaultError(this.#fault ?? 'the vault is shut');
    try {
      return unseal(this.#key, { label: row.label, field: CREDENTIAL }, row.sealed);
    } catch (error) {
      throw error instanceof SealError
        ? new VaultError(
            `what the vault has of ${row.label} cannot be opened: ${error.message}; add its credential again`,
          )
        : error;
    }
  }

  async refresh(): Promise<void> {
    this.#contents = await this.#dependencies.store.read();
    const { lock } = this.#contents;
    if (lock === undefined) {
      this.#key = undefined;
      this.#fault = undefined;
      return;
    }
    if (this.#key !== undefined && fits(this.#key, lock)) return;
    const before = this.#fault;
    try {
      this.#key = this.#checked(await readVaultKey({ ...this.#dependencies, ...lock }), lock);
      this.#fault = undefined;
    } catch (error) {
      this.#key = undefined;
      this.#fault = this.#shut(error);
      if (this.#fault !== before) this.warn(this.#fault);
    }
  }

  async put(label: string, settings: string, credential?: { text: string; isSecret: boolean }): Promise<void> {
    const before = this.#contents.accounts.find((row) => row.label === label);
    if (before === undefined && this.#contents.accounts.length >= VAULT_ACCOUNTS_MAX) {
      throw new VaultError(`the vault has ${VAULT_ACCOUNTS_MAX} accounts already`);
    }
    if (credential === undefined) {
      if (before === undefined) throw new VaultError(`the vault has no account ${label}`);
      return this.#write([{ change: 'put', row: { ...before, settings } }]);
    }
    const revision = randomInt(REVISION_MAX);
    if (!credential.isSecret) {
      const named = { label, settings, reference: credential.text, sealed: null, revision };
      return this.#write([{ change: 'put', row: named }]);
    }
    const { key, changes } = await this.#keyToSealWith();
    const sealed = seal(key, { label, field: CREDENTIAL }, credential.text, randomBytes(SEAL_IV_BYTES));
    return this.#write([...changes, { change: 'put', row: { label, settings, reference: null, sealed, revision } }]);
  }

  remove(label: string): Promise<void> {
    return this.#write([{ change: 'remove', label }]);
  }

  switchTo(label: string, enabled: boolean | undefined): Promise<void> {
    return this.#write([{ change: 'switch', label, ...(enabled === undefined ? {} : { enabled }) }]);
  }

  async #write(changes: readonly VaultChange[]): Promise<void> {
    await this.#dependencies.store.write(changes);
    await this.refresh();
  }

  /** A vault in which nothing is sealed gets a new lock, also after its key was lost. */
  async #keyToSealWith(): Promise<{ key: Buffer; changes: readonly VaultChange[] }> {
    if (this.#key !== undefined) return { key: this.#key, changes: [] };
    const isEmpty = this.#contents.accounts.every(({ sealed }) => sealed === null);
    if (!isEmpty) throw new VaultError(this.#fault ?? 'the vault is shut');
    const id = randomBytes(ID_BYTES).toString('hex');
    try {
      const { key, place, warning } = await makeVaultKey({ ...this.#dependencies, id });
      if (warning !== undefined) this.warn(warning);
      const check = seal(key, { label: id, field: CHECK }, id, randomBytes(SEAL_IV_BYTES));
      return { key, changes: [{ change: 'lock', lock: { id, place, check } }] };
    } catch (error) {
      throw new VaultError(`no key for the vault could be made: ${messageOf(error)}`);
    }
  }

  #checked({ key, warning }: VaultKey, lock: VaultLock): Buffer {
    if (!fits(key, lock)) {
      const where = lock.place === 'file' ? 'vault.key' : 'the key in the keychain';
      throw new VaultKeyError(`${where} belongs to another vault`);
    }
    if (warning !== undefined) this.warn(warning);
    return key;
  }

  #shut(error: unknown): string {
    const count = this.#contents.accounts.filter(({ sealed }) => sealed !== null).length;
    const whose = `the credentials of ${count} ${count === 1 ? 'account' : 'accounts'} in the vault cannot be read`;
    return `${whose}: ${messageOf(error)}. Put the right key back and start again, or remove these accounts and add them anew`;
  }
}

function fits(key: Buffer, { id, check }: VaultLock): boolean {
  try {
    return unseal(key, { label: id, field: CHECK }, check) === id;
  } catch {
    return false;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
