import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CredentialError, type CredentialFile, createCredentials } from './credentials.ts';
import { VaultError } from './vault-error.ts';

const files: Readonly<Record<string, CredentialFile>> = {
  '/keys/ada': { text: 'sk-ada-file\n', mode: 0o100600 },
  '/keys/open': { text: 'sk-open-file', mode: 0o100644 },
  '/keys/group': { text: 'sk-group-file', mode: 0o100640 },
  '/keys/blank': { text: ' \n', mode: 0o100600 },
  '/home/ada/key': { text: 'sk-home-file' },
  '/keys/google.json': {
    text: JSON.stringify({
      type: 'service_account',
      private_key: '-----BEGIN-----\nabc\n',
      client_email: 'ada@example.com',
    }),
    mode: 0o100600,
  },
};

async function readFile(path: string): Promise<CredentialFile> {
  const file = files[path];
  if (file === undefined) throw Object.assign(new Error(`ENOENT sk-leaked-in-message ${path}`), { code: 'ENOENT' });
  return file;
}

const env = { KEY_ADA: ' sk-ada-env ', EMPTY: '', HOME: '/home/ada' };
const of = (credential: string) => ({ email: 'ada@example.com', credential });
const failure = async (promise: Promise<string>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a credential', () => {
  it.each([
    ['env:KEY_ADA', 'sk-ada-env'],
    ['file:/keys/ada', 'sk-ada-file'],
    ['file:~/key', 'sk-home-file'],
    ['keychain:ada', 'sk-ada-chain'],
    ['sk-ant-literal', 'sk-ant-literal'],
    ['other:kind', 'other:kind'],
  ])('%s is found where it points', async (reference, expected) => {
    const credentials = createCredentials(env, readFile, async (name) => (name === 'ada' ? 'sk-ada-chain' : undefined));
    expect(await credentials.secret(of(reference))).toBe(expected);
    expect(credentials.all()).toEqual([expected]);
  });

  it.each([
    ['env:MISSING', 'env:MISSING'],
    ['env:EMPTY', 'env:EMPTY'],
    ['env:toString', 'env:toString'],
    ['env:', 'names nothing'],
    ['file:/keys/none', 'file:/keys/none'],
    ['file:/keys/blank', 'file:/keys/blank'],
    ['keychain:none', 'keychain:none'],
    ['', 'a literal'],
  ])('%j that is missing or empty is refused with its account and its reference', async (reference, named) => {
    const credentials = createCredentials(env, readFile, async () => undefined);
    const error = await failure(credentials.secret(of(reference)));
    expect(error).toBeInstanceOf(CredentialError);
    expect(String(error)).toContain('ada@example.com');
    expect(String(error)).toContain(named);
    expect(String(error)).not.toContain('sk-');
    expect(credentials.all()).toEqual([]);
  });

  it('in a keychain that does not work here is refused in words', async () => {
    const error = await failure(createCredentials(env, readFile).secret(of('keychain:ada')));
    expect(error).toBeInstanceOf(CredentialError);
    expect(String(error)).toContain('no keychain works here');
  });

  it('takes nothing from the message of a failing keychain', async () => {
    const keychain = async () => Promise.reject(new Error('dbus: sk-in-the-message'));
    const error = await failure(createCredentials(env, readFile, keychain).secret(of('keychain:ada')));
    expect(error).toBeInstanceOf(CredentialError);
    expect(String(error)).not.toContain('sk-in-the-message');
  });

  it('in the vault is opened for the account that it was sealed for, and for no other', async () => {
    const asked: string[] = [];
    const vault = (name: string) => {
      asked.push(name);
      return name === '7:a:b' ? 'sealed-secret-1' : undefined;
    };
    const credentials = createCredentials(env, readFile, undefined, vault);
    expect(await credentials.secret({ email: 'a:b', credential: 'vault:7:a:b' })).toBe('sealed-secret-1');
    expect(credentials.all()).toEqual(['sealed-secret-1']);
    for (const email of ['b', 'a', 'eve']) {
      const error = await failure(credentials.secret({ email, credential: 'vault:7:a:b' }));
      expect(String(error)).toContain(`the credential of ${email} (vault) is not there`);
    }
    expect(asked).toEqual(['7:a:b']);
  });

  it('in a vault that is shut is refused in the vault’s own words', async () => {
    const vault = () => {
      throw new VaultError('vault.key is missing');
    };
    const error = await failure(
      createCredentials(env, readFile, undefined, vault).secret(of('vault:7:ada@example.com')),
    );
    expect(error).toBeInstanceOf(CredentialError);
    expect(String(error)).toContain('(vault): vault.key is missing');
  });

  it.each(['env:', 'keychain:', 'file:'])('pasted after %s instead of a name is not shown', async (prefix) => {
    const pasted = 'AIzaSyD4x9fakefakefakefake0123456789abc';
    const error = await failure(createCredentials(env, readFile).secret(of(prefix + pasted)));
    expect(error).toBeInstanceOf(CredentialError);
    expect(String(error)).not.toContain(pasted);
  });

  it('that other users can read is used, with a warning, once', async () => {
    const credentials = createCredentials(env, readFile);
    await credentials.secret(of('file:/keys/ada'));
    expect(credentials.warnings()).toEqual([]);
    await credentials.secret(of('file:/keys/open'));
    await credentials.secret(of('file:/keys/open'));
    await credentials.secret(of('file:/keys/group'));
    expect(credentials.warnings().map((line) => /\/keys\/\w+/.exec(line)?.[0])).toEqual(['/keys/open', '/keys/group']);
  });

  it('that stands in the configuration itself is warned about without being shown', async () => {
    const credentials = createCredentials(env, readFile);
    await credentials.secret(of('sk-ant-literal'));
    expect(credentials.warnings()).toHaveLength(1);
    expect(credentials.warnings()[0]).toContain('ada@example.com');
    expect(credentials.warnings()[0]).not.toContain('sk-ant-literal');
  });

  it('in a key file also makes the secrets inside known for redaction', async () => {
    const credentials = createCredentials(env, readFile);
    const secret = await credentials.secret(of('file:/keys/google.json'));
    expect(credentials.all()).toEqual([secret, '-----BEGIN-----\nabc\n']);
  });

  it('that was renewed counts at once', async () => {
    const changing: Record<string, string> = { KEY: 'one' };
    const credentials = createCredentials(changing, readFile);
    expect(await credentials.secret(of('env:KEY'))).toBe('one');
    changing.KEY = 'two';
    expect(await credentials.secret(of('env:KEY'))).toBe('two');
    expect(credentials.all()).toEqual(['one', 'two']);
  });

  it('never shows its value in an error, whatever the sources answer', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('env:A', 'file:/a', 'keychain:a'),
        fc.string({ minLength: 8 }),
        async (reference, value) => {
          const text = `canary-${value}`;
          const broken = async () => Promise.reject(Object.assign(new Error(text), { code: text }));
          const error = await failure(createCredentials({}, broken, broken).secret(of(reference)));
          expect(error).toBeInstanceOf(CredentialError);
          expect(`${String(error)}${JSON.stringify(error)}${(error as Error).stack}`).not.toContain('canary-');
          expect((error as Error).cause).toBeUndefined();
        },
      ),
      { numRuns: 50 },
    );
  });
});
