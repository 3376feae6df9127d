/** Reads a secret from the operating system's keychain, under the service name of this project. The native part is optional and loaded on first use. */

import { CredentialError } from './credentials.ts';

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
