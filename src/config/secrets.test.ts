import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { credentialFault, credentialForm, keyFault } from './secrets.ts';

describe('keyFault', () => {
  test.each([
    '',
    'a',
    'short',
    'fifteen-chars-x',
    'your-api-key',
    'your-api-key-1',
    'your_api_key_here',
    'YOUR-API-KEY-HERE-PLEASE',
    'changeme',
    'changeme-changeme',
    'change-me-change-me',
    'CHANGEMECHANGEME',
    'sk-test',
    'sk-test-key-here',
    'sk-xxxxxxxxxxxxxxxx',
    'xxxxxxxxxxxxxxxxxxxx',
    'aaaaaaaaaaaaaaaaaaaa',
    '0000000000000000',
    '1234567890123456',
    '0123456789abcdef',
    '1234567890abcdef',
    'abcdefghijklmnop',
    'abcdefghijklmnopqrstuvwxyz',
    'qwertyuiopasdfghjkl',
    'passwordpassword',
    'password-password-1',
    'secretsecretsecret',
    'my-secret-api-key',
    'insert-your-key-here',
    '<your-key-goes-in-here>',
    '\u0024{GATEWAY_KEY_VALUE}',
    '$GATEWAY_KEY_VALUE',
    '%GATEWAY_KEY_VALUE%',
    '{{ gateway_key_of_mine }}',
    '[replace with a key!!]',
    'env:GATEWAY_KEY_NAME',
    'file:/run/secrets/key',
    'keychain:gateway-key',
    'replace-this-token',
    'example-api-key-example',
    'antigravity-tools',
    'sk-antigravity-tools',
    'test-test-test-test',
    'dummy-dummy-dummy-1',
    'key with spaces in it 12',
    'ключ-ключ-ключ-ключ',
    'line\nbreak-in-the-key-9f8e7d',
    'x'.repeat(2_000),
    '----------------------',
    'sk-your-key-sk-your-key',
  ])('refuses %j', (key) => {
    expect(keyFault(key)).toBeTypeOf('string');
  });

  test('takes every key of 128 random bits or more, in hex and in base64url', () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 }).filter((each) => new Set(each).size > 12);
    fc.assert(
      fc.property(
        bytes,
        fc.constantFrom('hex', 'base64url'),
        fc.constantFrom('', 'sk-', 'agt-'),
        (each, form, prefix) => {
          expect(keyFault(prefix + Buffer.from(each).toString(form as 'hex'))).toBeUndefined();
        },
      ),
    );
  });

  test('never repeats the key', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6, maxLength: 40 }), (key) => {
        expect(keyFault(`Zq${key}`) ?? '').not.toContain(`Zq${key}`);
      }),
    );
  });
});

describe('credentials', () => {
  test.each([
    ['env:GEMINI_KEY', { form: 'env', name: 'GEMINI_KEY' }],
    ['file:/a/b.json', { form: 'file', name: '/a/b.json' }],
    ['keychain:work', { form: 'keychain', name: 'work' }],
    ['AIzaSomething', { form: 'literal' }],
    ['envy:x', { form: 'literal' }],
  ])('%s is read as what it is', (credential, form) => {
    expect(credentialForm(credential)).toEqual(form);
    expect(credentialFault(credential)).toBeUndefined();
  });

  test.each(['', '  ', 'env:', 'env:9LIVES', 'env:A B', 'file:', 'keychain: ', 'two words', 'line\nbreak'])(
    '%j cannot be right',
    (credential) => {
      expect(credentialFault(credential)).toBeTypeOf('string');
    },
  );

  test('a Google credential document may span lines', () => {
    expect(credentialFault('{\n  "type": "service_account"\n}\n')).toBeUndefined();
  });
});
