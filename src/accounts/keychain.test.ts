import { expect, it } from 'vitest';
import { createVirtualWorld } from '../lab/virtual-world.ts';
import { createKeychain, keychainMsMax } from './keychain.ts';

function keyring(getPassword: () => Promise<string | null> = async () => null) {
  const made: unknown[][] = [];
  class AsyncEntry {
    constructor(...given: unknown[]) {
      made.push(given);
    }
    getPassword = getPassword;
    setPassword = async () => Promise.reject(new Error('locked: canary-secret'));
    deletePassword = async () => true;
  }
  return { made, load: async () => ({ AsyncEntry }) };
}

it('takes on Linux no keyring that forgets with the next start of the machine', async () => {
  const { made, load } = keyring();
  await createKeychain(createVirtualWorld(1), load).read('vault 1');
  expect(made).toEqual([['antigravity-tools', 'vault 1', { linux: { store: 'secret-service' } }]]);
});

it('tells an entry that is not there from a keychain that does not work', async () => {
  const keychain = createKeychain(createVirtualWorld(1), keyring().load);
  expect(await keychain.read('vault 1')).toBeUndefined();
  await expect(keychain.write('vault 1', 'x')).rejects.toThrow(/^no keychain works on this machine$/);
});

it('does not wait for a person who is not there to unlock it', async () => {
  const { load } = keyring(() => new Promise(() => {}));
  const world = createVirtualWorld(1);
  const asked = createKeychain(world, load)
    .read('vault 1')
    .catch((error: unknown) => String(error));
  await world.settle();
  await world.run();
  expect(await asked).toContain('no keychain works on this machine');
  expect(world.elapsed()).toBe(keychainMsMax);
});

it('counts a native part that is not installed as no keychain', async () => {
  const keychain = createKeychain(createVirtualWorld(1), () => Promise.reject(new Error('Cannot find module')));
  await expect(keychain.read('vault 1')).rejects.toThrow('no keychain works on this machine');
});
