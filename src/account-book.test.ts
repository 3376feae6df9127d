import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAccountBook } from './account-book.ts';
import { noKeychain } from './accounts/vault.testing.ts';
import { openVault, type VaultStore } from './accounts/vault.ts';
import { parseConfig } from './config/load.ts';
import type { Config } from './model/config.ts';
import { StorageError } from './storage/sqlite/link.ts';
import { createVaultStore } from './storage/sqlite/vault.ts';

const canary = 'canary-5d3c0b7e';
const ada = { email: 'ada@example.com', provider: 'anthropic', credential: canary };
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'agt-book-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function fileWith(...accounts: readonly object[]): Config {
  const read = parseConfig(JSON.stringify({ accounts }), 'config.json');
  if ('errors' in read) throw new Error(JSON.stringify(read.errors));
  return read.config;
}
const bob = (more: object = {}) => ({ email: 'bob@example.com', provider: 'gemini', credential: 'env:BOB', ...more });

async function open(file = fileWith(bob()), store: VaultStore = createVaultStore(directory)) {
  const warnings: string[] = [];
  const secrets: string[] = [];
  const configs: Config[] = [];
  const book = createAccountBook({
    vault: await openVault({ store, directory, keychain: noKeychain }),
    file,
    warn: (line) => warnings.push(line),
    secret: (text) => secrets.push(text),
    changed: (config) => configs.push(config),
  });
  book.take(file);
  const inForce = () => (configs.at(-1)?.accounts ?? []).map(({ email, enabled }) => `${email} ${enabled}`);
  return { book, warnings, secrets, inForce };
}

describe('an account of the vault', () => {
  it('is in force at once, beside those of the file, and after a restart and a hot reload', async () => {
    const { book, inForce, secrets } = await open();
    expect(await book.add(ada)).toMatchObject({
      entry: { source: 'vault', credential: 'vault', account: { email: ada.email, models: ['claude-*'] } },
    });
    expect(inForce()).toEqual(['bob@example.com true', 'ada@example.com true']);
    expect(secrets).toEqual([canary]);
    const again = await open();
    expect(again.book.entries().map(({ account }) => account.email)).toEqual(['bob@example.com', 'ada@example.com']);
    expect(again.book.take(fileWith()).accounts.map(({ email }) => email)).toEqual(['ada@example.com']);
    expect(JSON.stringify([again.book.entries(), again.book.take(fileWith())])).not.toContain(canary);
  });

  it('can be changed key by key, and a null goes back to the default', async () => {
    const { book } = await open();
    await book.add({ ...ada, weight: 3, models: ['claude-haiku-*'] });
    expect(await book.change(ada.email, { enabled: false, models: null })).toMatchObject({
      entry: { account: { weight: 3, enabled: false, models: ['claude-*'] }, credential: 'vault' },
    });
    expect(await book.change(ada.email, { credential: 'env:ADA_KEY' })).toMatchObject({
      entry: { credential: 'env:ADA_KEY', account: { weight: 3, enabled: false } },
    });
  });

  it('keeps a Google key file whose project is stated nowhere else', async () => {
    const { book } = await open();
    const credential = JSON.stringify({ type: 'service_account', project_id: 'p', private_key: canary });
    expect(await book.add({ email: 'v', provider: 'vertex', credential })).toHaveProperty('entry');
    expect(await book.change('v', { weight: 2 })).toHaveProperty('entry');
    expect((await open()).book.find('v')).toMatchObject({ account: { weight: 2 } });
  });

  it.each([
    ['the same label', { email: 'bob@example.com' }],
    ['the same in other letters', { email: 'BOB@example.com' }],
  ])('is refused with %s as one of the file', async (_what, given) => {
    expect(await (await open()).book.add({ ...ada, ...given })).toMatchObject({
      refused: 'conflict',
      message: expect.stringContaining('there is an account bob@example.com already'),
    });
  });

  it('gives way to one of the same label that the file states later, and comes back when the file forgets it', async () => {
    const { book, warnings } = await open();
    await book.add(ada);
    const taken = book.take(fileWith({ ...ada, credential: 'env:ADA', weight: 9 }));
    expect(taken.accounts).toMatchObject([{ email: ada.email, weight: 9, credential: 'env:ADA' }]);
    expect(warnings.join()).toContain('is in the vault and in the configuration file: the file counts');
    expect(await book.remove(ada.email)).toMatchObject({ refused: 'conflict' });
    expect(book.take(fileWith()).accounts).toMatchObject([{ email: ada.email, weight: 1 }]);
  });

  it('is gone when it was removed', async () => {
    const { book, inForce } = await open();
    await book.add(ada);
    expect(await book.remove(ada.email)).toEqual({ removed: ada.email });
    expect(inForce()).toEqual(['bob@example.com true']);
    expect(await book.remove(ada.email)).toMatchObject({ refused: 'unknown' });
    expect(await book.change(ada.email, { weight: 2 })).toMatchObject({ refused: 'unknown' });
  });

  it.each([
    [{ ...ada, provider: 'x' }, /^provider: expected one of/],
    [{ ...ada, base_url: 'http://10.0.0.1' }, /^base_url: leads to a private/],
    [{ ...ada, credential: `${canary} with a space` }, /^credential: has characters/],
    [canary, /^expected a map$/],
  ])(
    'is refused in the words of the file when it is wrong, and what came in is still taken out of texts',
    async (input, words) => {
      const { book, secrets, inForce } = await open();
      const answer = await book.add(input);
      expect(answer).toMatchObject({ refused: 'invalid', message: expect.stringMatching(words) });
      expect(JSON.stringify(answer)).not.toContain('canary');
      if (typeof input === 'object') expect(secrets).toHaveLength(1);
      expect(inForce()).toEqual(['bob@example.com true']);
    },
  );

  it('cannot change its label', async () => {
    const { book } = await open();
    await book.add(ada);
    expect(await book.change(ada.email, { email: 'eve' })).toMatchObject({ refused: 'invalid' });
    expect(await book.change(ada.email, { email: ada.email, weight: 2 })).toHaveProperty('entry');
  });

  it('is added once when two ask at the same time', async () => {
    const { book, inForce } = await open();
    const answers = await Promise.all([book.add(ada), book.add(ada), book.add({ ...ada, email: 'ADA@example.com' })]);
    expect(answers.filter((answer) => 'entry' in answer)).toHaveLength(1);
    expect(inForce()).toHaveLength(2);
  });
});

describe('an account of the file', () => {
  it('can be switched off and on, which outlives a restart and is told', async () => {
    const { book, inForce } = await open();
    await book.change('bob@example.com', { enabled: false });
    expect(inForce()).toEqual(['bob@example.com false']);
    const again = await open();
    expect(again.book.find('bob@example.com')?.account.enabled).toBe(false);
    expect(again.warnings.join()).toContain('bob@example.com is disabled by command or page, whatever the');
    await again.book.change('bob@example.com', { enabled: true });
    expect((await open()).warnings).toEqual([]);
  });

  it.each([[{ weight: 2 }], [{ enabled: true, weight: 2 }], [{}], [null], ['enabled'], [[true]]])(
    'is changed by %j in the file alone',
    async (input) => {
      const { book } = await open();
      expect(await book.change('bob@example.com', input)).toMatchObject({
        refused: 'conflict',
        message:
          'account bob@example.com is written in the configuration file: change it there; only enabled can be changed here',
      });
      expect(await book.remove('bob@example.com')).toMatchObject({ refused: 'conflict' });
    },
  );
});

it('says what the disk refuses, changes nothing then, and goes on afterwards', async () => {
  const real = createVaultStore(directory);
  let sick = true;
  const store: VaultStore = {
    read: real.read,
    write: (changes) => (sick ? Promise.reject(new StorageError('the disk is full', true)) : real.write(changes)),
  };
  const { book, inForce } = await open(undefined, store);
  expect(await book.add(ada)).toEqual({ refused: 'unavailable', message: 'the disk is full' });
  expect(inForce()).toEqual(['bob@example.com true']);
  sick = false;
  expect(await book.add(ada)).toHaveProperty('entry');
});
