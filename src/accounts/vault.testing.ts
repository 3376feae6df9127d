/** Keychains for tests: one that works, and those that only seem to. */

import type { Keychain } from './vault-key.ts';

export function workingKeychain(): Keychain & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>();
  return {
    entries,
    read: async (name) => entries.get(name),
    write: async (name, secret) => void entries.set(name, secret),
    remove: async (name) => void entries.delete(name),
  };
}

const refuse = (): Promise<never> => Promise.reject(new Error('no keychain works on this machine'));
export const noKeychain: Keychain = { read: refuse, write: refuse, remove: refuse };
/** Says that it has kept an entry, and has not. */
export const lyingKeychain: Keychain = { read: async () => undefined, write: async () => {}, remove: async () => {} };
