/**
 * All accounts of a gateway: those that the configuration file states and those of the vault, as one list. It decides which are in force and who may
 * change what; it keeps no secret and gives none out. The running gateway and the command line use the same book.
 */

import { credentialShown } from './accounts/credentials.ts';
import type { Vault, VaultAccount } from './accounts/vault.ts';
import { VaultError } from './accounts/vault-error.ts';
import { readOneAccount } from './config/one-account.ts';
import type { AccountConfig, Config } from './model/config.ts';

export interface BookEntry {
  readonly account: AccountConfig;
  readonly source: 'file' | 'vault';
  /** The credential as it may be shown. */
  readonly credential: string;
  /** Why it is not in force although it is enabled. */
  readonly locked?: string;
}

export type Refused = {
  readonly refused: 'invalid' | 'unknown' | 'conflict' | 'unavailable';
  readonly message: string;
};
export type BookAnswer = { readonly entry: BookEntry } | Refused;

export interface AccountBook {
  /** A new configuration file: gives back the configuration that is in force with it. */
  take(file: Config): Config;
  entries(): readonly BookEntry[];
  find(email: string): BookEntry | undefined;
  add(input: unknown): Promise<BookAnswer>;
  change(email: string, input: unknown): Promise<BookAnswer>;
  remove(email: string): Promise<{ readonly removed: string } | Refused>;
}

export interface BookDependencies {
  readonly vault: Vault;
  readonly file: Config;
  readonly warn: (line: string) => void;
  /** A secret has come in: it must be known to whoever takes secrets out of texts, before anything else happens. */
  readonly secret: (text: string) => void;
  /** What is in force has changed. */
  readonly changed?: (config: Config) => void;
}

export function createAccountBook(dependencies: BookDependencies): AccountBook {
  const page = createPage(dependencies);
  const { vault } = dependencies;
  const inTurn = createTurns(dependencies, page.settle);
  const settled = (email: string): BookAnswer => {
    page.settle();
    const entry = page.find(email);
    return entry === undefined ? unknown(email) : { entry };
  };

  return {
    take: page.take,
    entries: page.entries,
    find: page.find,
    add: (input) =>
      inTurn(input, async () => {
        const read = readOneAccount(input);
        if ('faults' in read) return invalid(read.faults);
        const { email, credential } = read.account;
        const rival = page.labels().find((label) => sameLabel(label, email));
        if (rival !== undefined)
          return conflict(`there is an account ${rival} already: change it, or take another name`);
        await vault.put(email, JSON.stringify(read.settings), { text: credential, isSecret: read.isSecret });
        return settled(email);
      }),
    change: (email, input) =>
      inTurn(input, async () => {
        const entry = page.find(email);
        if (entry === undefined) return unknown(email);
        const isOfFile = entry.source === 'file';
        const refusal = isOfFile
          ? await switchFile(email, input, page.statedEnabled(email), vault)
          : await alter(email, input, vault);
        return refusal ?? settled(email);
      }),
    remove: (email) =>
      inTurn(undefined, async () => {
        const entry = page.find(email);
        if (entry?.source === 'file') return conflict(inFile(email));
        // What is left out of force for its settings can be removed as well.
        if (!vault.accounts().some(({ label }) => label === email)) return unknown(email);
        await vault.remove(email);
        return { removed: email };
      }),
  };
}

/** One change at a time, on what is on the disk now. What it comes to is in force when its promise resolves. */
function createTurns({ vault, secret, changed }: BookDependencies, settle: () => Config) {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(input: unknown, work: () => Promise<T | Refused>): Promise<T | Refused> => {
    noteSecret(input, secret);
    const done = last.then(async () => {
      try {
        await vault.refresh();
        settle();
        return await work();
      } catch (error) {
        return refusalOf(error);
      } finally {
        changed?.(settle());
      }
    });
    last = done.catch(() => undefined);
    return done;
  };
}

/** What is written in both places at this moment, and what was already told about it. */
function createPage({ vault, file, warn }: BookDependencies) {
  let stated = file;
  let entries: readonly BookEntry[] = [];
  let told = new Set<string>();

  const settle = (): Config => {
    const found = merge(stated.accounts, vault);
    for (const line of [...vault.warnings(), ...found.warnings]) if (!told.has(line)) warn(line);
    told = new Set(found.warnings);
    entries = found.entries;
    const accounts = entries.flatMap(({ account, locked }) => (locked === undefined ? [account] : []));
    return { ...stated, accounts };
  };
  settle();
  return {
    settle,
    take(next: Config): Config {
      stated = next;
      return settle();
    },
    entries: () => entries,
    find: (email: string) => entries.find(({ account }) => account.email === email),
    labels: () => [...entries.map(({ account }) => account.email), ...vault.accounts().map(({ label }) => label)],
    statedEnabled: (label: string) => stated.accounts.find(({ email }) => email === label)?.enabled,
  };
}

// ---------------------------------------------------------------- what is in force

function merge(file: readonly AccountConfig[], vault: Vault): { entries: BookEntry[]; warnings: string[] } {
  const switches = vault.switches();
  const warnings: string[] = [];
  const entries = file.map((account): BookEntry => {
    const { email, enabled } = account;
    const wanted = switches.get(email) ?? enabled;
    const verb = wanted ? 'enabled' : 'disabled';
    if (wanted !== enabled)
      warnings.push(`account ${email} is ${verb} by command or page, whatever the configuration file says`);
    return {
      account: { ...account, enabled: wanted },
      source: 'file',
      credential: credentialShown(account.credential),
    };
  });
  for (const kept of vault.accounts()) {
    if (file.some(({ email }) => sameLabel(email, kept.label))) {
      warnings.push(`account ${kept.label} is in the vault and in the configuration file: the file counts`);
      continue;
    }
    const entry = entryOfKept(kept);
    if (typeof entry === 'string') warnings.push(entry);
    else entries.push(entry);
  }
  return { entries, warnings };
}

/** What the vault keeps is checked like everything else: another version may have written it. */
function entryOfKept({ label, settings, credential, locked }: VaultAccount): BookEntry | string {
  const isSealed = credential.startsWith('vault:');
  const read = readOneAccount({ ...settingsIn(settings), email: label, credential: isSealed ? STAND_IN : credential });
  if ('faults' in read) return `account ${label} of the vault is left out: ${read.faults.join('; ')}`;
  return {
    account: { ...read.account, credential },
    source: 'vault',
    credential: credentialShown(credential),
    ...(locked === undefined ? {} : { locked }),
  };
}

/** Passes for any sealed credential; a Google one may name the project that is not stated elsewhere. */
const STAND_IN = '{"project_id":"sealed"}';

function settingsIn(settings: string): Record<string, unknown> {
  return JSON.parse(settings) as Record<string, unknown>;
}

function sameLabel(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

// ---------------------------------------------------------------- changes

/** An account of the file: only whether it is enabled is kept here, beside the file and above it. */
async function switchFile(
  label: string,
  input: unknown,
  stated: boolean | undefined,
  vault: Vault,
): Promise<Refused | undefined> {
  const keys = typeof input === 'object' && input !== null ? Object.keys(input) : [];
  if (keys.length !== 1 || keys[0] !== 'enabled') return conflict(`${inFile(label)}; only enabled can be changed here`);
  const { enabled } = input as { enabled?: unknown };
  if (typeof enabled !== 'boolean') return invalid(['enabled: expected true or false']);
  await vault.switchTo(label, enabled === stated ? undefined : enabled);
  return undefined;
}

async function alter(email: string, input: unknown, vault: Vault): Promise<Refused | undefined> {
  const kept = vault.accounts().find(({ label }) => label === email);
  if (kept === undefined) return unknown(email);
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return invalid(['expected a map']);
  const asked = input as Record<string, unknown>;
  if ('email' in asked && asked.email !== email)
    return invalid(['email: is the name of the account and stays: add another account and remove this one']);
  const { credential, ...changes } = asked;
  const isSealed = kept.credential.startsWith('vault:');
  // A key that is set to null goes back to its default.
  const next = Object.fromEntries(
    Object.entries({ ...settingsIn(kept.settings), ...changes, email }).filter(([, value]) => value !== null),
  );
  const read = readOneAccount({ ...next, credential: credential ?? (isSealed ? STAND_IN : kept.credential) });
  if ('faults' in read) return invalid(read.faults);
  const text = read.account.credential;
  const given = credential === undefined || credential === null ? [] : [{ text, isSecret: read.isSecret }];
  await vault.put(email, JSON.stringify(read.settings), ...given);
  return undefined;
}

/** Whatever else is wrong with what came in: what may be a secret is taken out of every text from now on. */
function noteSecret(input: unknown, secret: (text: string) => void): void {
  const credential =
    typeof input === 'object' && input !== null ? (input as { credential?: unknown }).credential : undefined;
  if (typeof credential === 'string' && !/^(env|file|keychain):/.test(credential)) secret(credential);
}

// ---------------------------------------------------------------- refusals

function inFile(email: string): string {
  return `account ${email} is written in the configuration file: change it there`;
}
function unknown(email: string): Refused {
  return { refused: 'unknown', message: `there is no account ${email}` };
}
function conflict(message: string): Refused {
  return { refused: 'conflict', message };
}
function invalid(faults: readonly string[]): Refused {
  return { refused: 'invalid', message: faults.join('; ') };
}
/** What the vault or the disk refuses; everything else is our own fault. */
function refusalOf(error: unknown): Refused {
  const isKnown = error instanceof VaultError || (error instanceof Error && error.name === 'StorageError');
  if (!isKnown) throw error;
  return { refused: 'unavailable', message: error.message };
}
