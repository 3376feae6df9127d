/**
 * The accounts of a data directory while no gateway runs there: the same book over the same vault, for the command line. Nothing is asked of an upstream,
 * and no state is known.
 */

import { createAccountBook } from './account-book.ts';
import { createKeychain } from './accounts/keychain.ts';
import { openVault } from './accounts/vault.ts';
import type { Keychain } from './accounts/vault-key.ts';
import type { Config } from './model/config.ts';
import type { World } from './model/ports.ts';
import { createAccountHours } from './monitor/account-hours.ts';
import type { AccountsDesk } from './monitor/account-routes.ts';
import { accountView } from './monitor/account-views.ts';
import { createVaultStore } from './storage/sqlite/vault.ts';

export type OfflineDesk = Pick<AccountsDesk, 'list' | 'add' | 'change' | 'remove'>;

export interface OfflineOrder {
  readonly directory: string;
  readonly file: Config;
  readonly world: World;
  readonly warn: (line: string) => void;
  /** Another one than this machine's. */
  readonly keychain?: Keychain;
}

export async function offlineAccounts({ directory, file, world, warn, keychain }: OfflineOrder): Promise<OfflineDesk> {
  const store = createVaultStore(directory);
  const vault = await openVault({ store, directory, keychain: keychain ?? createKeychain(world) });
  // Nothing is written here from which a secret would have to be taken out.
  const book = createAccountBook({ vault, file, warn, secret: () => {} });
  const hours = createAccountHours(world);
  const viewOf = (entry: ReturnType<typeof book.entries>[number]) =>
    accountView({ ...entry, limits: [], hour: hours.hour(entry.account.email), asked: [] });
  return {
    list: () => book.entries().map(viewOf),
    async add(input) {
      const answer = await book.add(input);
      return 'entry' in answer ? viewOf(answer.entry) : answer;
    },
    async change(email, input) {
      const answer = await book.change(email, input);
      return 'entry' in answer ? viewOf(answer.entry) : answer;
    },
    remove: (email) => book.remove(email),
  };
}
