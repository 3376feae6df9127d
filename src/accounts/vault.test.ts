import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVaultStore } from '../storage/sqlite/vault.ts';
import { lyingKeychain, noKeychain, workingKeychain } from './vault.testing.ts';
import { openVault, type Vault } from './vault.ts';
import type { Keychain } from './vault-key.ts';

const canary = 'canary-5d3c0b7e';
const hostile = `o'brien"; DROP TABLE accounts;-- %_/..\\:ada`;
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'agt-vault-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const open = (keychain: Keychain = noKeychain): Promise<Vault> =>
  openVault({ store: createVaultStore(directory), directory, keychain });
const sealed = { text: canary, isSecret: true };
const secretOf = (vault: Vault, label: string): string | undefined => {
  const found = vault.accounts().find((account) => account.label === label);
  return vault.secret(found?.credential.replace(/^vault:/, '') ?? '');
};
const everyByte = (): string =>
  readdirSync(directory)
    .map((name) => readFileSync(join(directory, name), 'latin1'))
    .join('\n');
const change = (sql: string): void => {
  const database = new DatabaseSync(join(directory, 'vault.db'));
  database.exec(sql);
  database.close();
};

describe('the vault', () => {
  it('makes no file as long as nothing is kept in it', async () => {
    expect((await open()).accounts()).toEqual([]);
    expect(readdirSync(directory)).toEqual([]);
  });

  it.each(['ada@example.com', hostile, '__proto__'])(
    'gives back what was kept for %j, also after a restart',
    async (label) => {
      const first = await open();
      await first.put(label, '{"provider":"gemini"}', sealed);
      await first.put('bob', '{}', { text: 'env:BOB_KEY', isSecret: false });
      await first.switchTo('carol', false);
      for (const vault of [first, await open()]) {
        expect(secretOf(vault, label)).toBe(canary);
        expect(vault.accounts().map((account) => account.label)).toEqual([label, 'bob']);
        expect(vault.accounts()[1]?.credential).toBe('env:BOB_KEY');
        expect(vault.switches()).toEqual(new Map([['carol', false]]));
        expect(vault.warnings()).toEqual([]);
      }
    },
  );

  it('keeps the credential when only the settings change, and gives a new one another name', async () => {
    const vault = await open();
    await vault.put('ada', '{}', sealed);
    const before = vault.accounts()[0]?.credential;
    await vault.put('ada', '{"weight":2}');
    expect(vault.accounts()).toMatchObject([{ settings: '{"weight":2}', credential: before }]);
    await vault.put('ada', '{}', { ...sealed, text: 'another' });
    expect(vault.accounts()[0]?.credential).not.toBe(before);
    expect(secretOf(vault, 'ada')).toBe('another');
    expect(vault.secret(before?.replace('vault:', '') ?? '')).toBeUndefined();
  });

  it('forgets what was removed, also on the disk', async () => {
    const vault = await open();
    await vault.put('ada', '{"models":["trace-of-ada"]}', sealed);
    await vault.remove('ada');
    expect((await open()).accounts()).toEqual([]);
    expect(everyByte()).not.toContain('trace-of-ada');
  });

  it('lets nobody else read its files, and has no secret in clear in them', async () => {
    const vault = await open();
    await vault.put('ada', '{}', sealed);
    for (const name of ['vault.db', 'vault.key']) expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
    expect(everyByte()).not.toContain(canary);
    expect(JSON.stringify([vault.accounts(), Object.entries(vault)])).not.toContain(canary);
  });

  it('takes a key file away from others and says so', async () => {
    await (await open()).put('ada', '{}', sealed);
    chmodSync(join(directory, 'vault.key'), 0o644);
    const vault = await open();
    expect(vault.warnings().join()).toMatch(/other users of this machine could read .*vault\.key/);
    expect(statSync(join(directory, 'vault.key')).mode & 0o777).toBe(0o600);
    expect(secretOf(vault, 'ada')).toBe(canary);
  });

  it('loses no account when two are added at the same time', async () => {
    const vault = await open();
    const labels = Array.from({ length: 5 }, (_, n) => `account-${n}`);
    await vault.put('first', '{}', sealed);
    await Promise.all(labels.map((label) => vault.put(label, '{}', sealed)));
    expect((await open()).accounts()).toHaveLength(6);
  });
});

describe('the key of the vault', () => {
  it('lies in the keychain where one works, and leaves no trial behind', async () => {
    const keychain = workingKeychain();
    await (await open(keychain)).put('ada', '{}', sealed);
    expect(existsSync(join(directory, 'vault.key'))).toBe(false);
    expect([...keychain.entries.keys()]).toEqual([expect.stringMatching(/^vault [0-9a-f]{16}$/)]);
    expect(secretOf(await open(keychain), 'ada')).toBe(canary);
  });

  it.each([
    ['none works', noKeychain],
    ['it forgets what it was given', lyingKeychain],
  ])('lies in a file where the keychain is no help: %s', async (_why, keychain) => {
    await (await open(keychain)).put('ada', '{}', sealed);
    expect(existsSync(join(directory, 'vault.key'))).toBe(true);
    expect(secretOf(await open(keychain), 'ada')).toBe(canary);
  });

  it('is the one that a person has put there', async () => {
    const key = Buffer.alloc(32, 7).toString('base64url');
    writeFileSync(join(directory, 'vault.key'), `${key}\n`, { mode: 0o600 });
    const keychain = workingKeychain();
    await (await open(keychain)).put('ada', '{}', sealed);
    expect(keychain.entries.size).toBe(0);
    expect(readFileSync(join(directory, 'vault.key'), 'utf8').trim()).toBe(key);
  });

  it.each([
    ['missing', () => rmSync(join(directory, 'vault.key')), /1 account in the vault .*vault\.key is missing\. Put/],
    ['cut short', () => writeFileSync(join(directory, 'vault.key'), 'AAAA'), /vault\.key holds no usable key/],
    [
      'another one',
      () => writeFileSync(join(directory, 'vault.key'), Buffer.alloc(32).toString('base64url')),
      /vault\.key belongs to another vault/,
    ],
  ])('when it is %s: says so, shuts what was sealed and nothing else', async (_what, spoil, sentence) => {
    const before = await open();
    await before.put('ada', '{}', sealed);
    await before.put('bob', '{}', { text: 'env:BOB_KEY', isSecret: false });
    spoil();
    const vault = await open();
    expect(vault.warnings().join()).toMatch(sentence);
    expect(vault.accounts().map(({ locked }) => locked !== undefined)).toEqual([true, false]);
    expect(() => secretOf(vault, 'ada')).toThrow(sentence);
    await expect(vault.put('carol', '{}', sealed)).rejects.toThrow(sentence);
  });

  it('can be made anew when it was lost, once nothing is sealed with the old one', async () => {
    await (await open()).put('ada', '{}', sealed);
    rmSync(join(directory, 'vault.key'));
    const vault = await open();
    await vault.remove('ada');
    await vault.put('ada', '{}', sealed);
    expect(secretOf(await open(), 'ada')).toBe(canary);
  });

  it('missing from the keychain of another machine is told', async () => {
    await (await open(workingKeychain())).put('ada', '{}', sealed);
    expect((await open(workingKeychain())).warnings().join()).toMatch(/not in the keychain of this machine/);
    expect((await open(noKeychain)).warnings().join()).toMatch(/keychain of this machine.* cannot be read/);
  });
});

describe('a vault that was tampered with', () => {
  it.each([
    [
      'two rows have changed places',
      `CREATE TEMP TABLE before AS SELECT label, sealed FROM accounts;
       UPDATE accounts SET sealed = (SELECT sealed FROM before WHERE before.label <> accounts.label)`,
    ],
    ['a byte was changed', `UPDATE accounts SET sealed = substr(sealed, 1, 20) || 'AAAA' || substr(sealed, 25)`],
    ['it holds plain text', `UPDATE accounts SET sealed = 'sk-plain-text'`],
  ])('gives out no credential: %s', async (_what, sql) => {
    const before = await open();
    await before.put('ada', '{}', sealed);
    await before.put('bob', '{}', { text: 'the secret of bob', isSecret: true });
    change(sql);
    const vault = await open();
    for (const label of ['ada', 'bob'])
      expect(() => secretOf(vault, label)).toThrow(/cannot be opened.*add its credential again/);
  });

  it.each([
    ['no database', 'this is no database at all, and long enough to be read as one'.repeat(20)],
    ['of a newer version', undefined],
  ])('is left as it is and refuses changes when the file is %s', async (_what, text) => {
    await (await open()).put('ada', '{}', sealed);
    if (text === undefined) change('PRAGMA user_version = 99');
    else writeFileSync(join(directory, 'vault.db'), text);
    const before = readFileSync(join(directory, 'vault.db'));
    const vault = await open();
    expect(vault.accounts()).toEqual([]);
    expect(vault.warnings().join()).toMatch(/vault\.db cannot be used .* left as it is/);
    await expect(vault.put('bob', '{}', { text: 'env:BOB', isSecret: false })).rejects.toThrow(/cannot be used/);
    expect(readFileSync(join(directory, 'vault.db')).equals(before)).toBe(true);
  });
});
