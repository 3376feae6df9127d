/**
 * The accounts of the running gateway: opens the vault, keeps the book, and answers the admin API about them. What changes here is in force at once;
 * no answer and no line of it carries a credential.
 */

import { type BookAnswer, type BookEntry, createAccountBook, type Refused } from './account-book.ts';
import { createKeychain } from './accounts/keychain.ts';
import { tryAccount } from './accounts/trial.ts';
import { openVault } from './accounts/vault.ts';
import type { Keychain } from './accounts/vault-key.ts';
import { furnish, type House, type HouseDependencies } from './house.ts';
import type { Config } from './model/config.ts';
import type { World } from './model/ports.ts';
import { type AccountHours, createAccountHours } from './monitor/account-hours.ts';
import type { AccountsDesk } from './monitor/account-routes.ts';
import { accountView } from './monitor/account-views.ts';
import type { AccountView } from './monitor/views.ts';
import { claimants } from './routing/claims.ts';
import { createVaultStore } from './storage/sqlite/vault.ts';

export interface AccountsOrder extends Omit<HouseDependencies, 'vault'> {
  /** Where everybody finds the configuration in force. */
  readonly force: { config: Config };
  readonly warn: (line: string) => void;
  /** Another one than this machine's. */
  readonly keychain?: Keychain;
}

export type RunningDesk = AccountsDesk & {
  readonly hours: AccountHours;
  /** The configuration file has changed. */
  take(file: Config): void;
};

/** The house with every account that is in force, and the desk that changes them. */
export async function furnishWithAccounts(order: AccountsOrder): Promise<{ house: House; desk: RunningDesk }> {
  const { settled, world, redactor, force, warn } = order;
  const directory = settled.dataDirectory;
  const keychain = order.keychain ?? createKeychain(world);
  const vault = await openVault({ store: createVaultStore(directory), directory, keychain });
  const enforce = (config: Config): void => {
    force.config = config;
    house.reload(config);
  };
  const file = settled.config;
  const book = createAccountBook({ vault, file, warn, secret: redactor.add, changed: enforce });
  force.config = book.take(file);
  const inForce = { ...settled, config: force.config };
  const house = furnish({ ...order, settled: inForce, vault: (name) => vault.secret(name) });
  return { house, desk: createDesk({ book, house, world, redact: redactor.text, enforce }) };
}

interface DeskParts {
  readonly book: ReturnType<typeof createAccountBook>;
  readonly house: House;
  readonly world: World;
  readonly redact: (text: string) => string;
  readonly enforce: (config: Config) => void;
}

function createDesk({ book, house, world, redact, enforce }: DeskParts): RunningDesk {
  const hours = createAccountHours(world);
  const viewOf = (entry: BookEntry, snapshots = house.pool.snapshot()): AccountView => {
    const { email } = entry.account;
    const snapshot = snapshots.find((each) => each.email === email);
    const limits = house.limits.of(email);
    const seen = { limits, hour: hours.hour(email), asked: hours.models(email) };
    return accountView({ ...entry, ...seen, ...(snapshot === undefined ? {} : { snapshot }) });
  };
  const told = (answer: BookAnswer): AccountView | Refused => ('entry' in answer ? viewOf(answer.entry) : answer);
  const unknown = (email: string): Refused => ({ refused: 'unknown', message: `there is no account ${email}` });

  return {
    hours,
    take: (file) => enforce(book.take(file)),
    list() {
      const snapshots = house.pool.snapshot();
      return book.entries().map((entry) => viewOf(entry, snapshots));
    },
    add: async (input) => told(await book.add(input)),
    change: async (email, input) => told(await book.change(email, input)),
    async remove(email) {
      const done = await book.remove(email);
      if ('removed' in done) house.limits.forget(email);
      return done;
    },
    async test(email) {
      const entry = book.find(email);
      if (entry === undefined) return unknown(email);
      const { account } = entry;
      return tryAccount(account, {
        adapter: house.adapters[account.provider],
        world,
        list: async () => (await house.lists.list(account)).flatMap((model) => (canChat(model.wire) ? [model.id] : [])),
        // A disabled account can be tried before it is switched on.
        claims: (each, model) => claimants(model, [{ ...each, enabled: true }]).length > 0,
        redact,
      });
    },
    reset(email) {
      const entry = book.find(email);
      if (entry === undefined) return unknown(email);
      house.pool.reset(email);
      return viewOf(entry);
    },
  };
}

/** Google's list says of each model what it can be asked for. */
function canChat({ supportedGenerationMethods: methods }: Readonly<Record<string, unknown>>): boolean {
  return !Array.isArray(methods) || methods.includes('generateContent');
}
