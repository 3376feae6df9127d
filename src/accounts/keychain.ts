/** Reads and keeps secrets in the operating system's keychain, under the service name of this project. The native part is optional and loaded on first use. */

import type { World } from '../model/ports.ts';
import { CredentialError } from './credentials.ts';
import type { Keychain } from './vault-key.ts';

export const keychainService = 'antigravity-tools';

/** Undefined when the keychain has no such entry. Rejects with a `CredentialError` where no keychain works. */
export async function readKeychain(name: string): Promise<string | undefined> {
  try {
    const { AsyncEntry } = await import('@napi-rs/keyring');
    return (await new AsyncEntry(keychainService, name).getPassword()) ?? undefined;
  } catch {
    // Neither the native error nor the name is repeated: a person may have pasted the secret itself there.
    throw new CredentialError(
      'no keychain works on this machine; state the credential as env:NAME or file:PATH instead',
    );
  }
}

/** A keychain that is locked may wait for a person to type a password; nobody may be there. */
export const keychainMsMax = 10_000;

/**
 * The keychain for keys of our own. On Linux only the Secret Service counts: the kernel's keyring, which would otherwise stand in for it, forgets
 * everything with the next start of the machine.
 */
export function createKeychain(world: Pick<World, 'alarm'>, load: LoadKeyring = loadKeyring): Keychain {
  const entry = async (name: string) => {
    const { AsyncEntry } = await load();
    return new AsyncEntry(keychainService, name, { linux: { store: 'secret-service' } });
  };
  return {
    read: (name) => inTime(world, async () => (await (await entry(name)).getPassword()) ?? undefined),
    write: (name, secret) => inTime(world, async () => (await entry(name)).setPassword(secret)),
    remove: (name) =>
      inTime(world, async () => {
        await (await entry(name)).deletePassword();
      }),
  };
}

/** As much of the native part as is used. */
export type LoadKeyring = () => Promise<{
  readonly AsyncEntry: new (
    service: string,
    name: string,
    options: { readonly linux: { readonly store: 'secret-service' } },
  ) => {
    getPassword(): Promise<string | null>;
    setPassword(secret: string): Promise<void>;
    deletePassword(): Promise<unknown>;
  };
}>;
const loadKeyring: LoadKeyring = () => import('@napi-rs/keyring');

async function inTime<T>(world: Pick<World, 'alarm'>, work: () => Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const alarm = world.alarm(keychainMsMax, () => late.reject(new CredentialError('the keychain does not answer')));
  try {
    return await Promise.race([work(), late.promise]);
  } catch {
    throw new CredentialError('no keychain works on this machine');
  } finally {
    alarm.cancel();
  }
}
