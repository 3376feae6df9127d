import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AccountConfig } from '../../model/config.ts';
import type { Transport } from '../../model/ports.ts';
import { accountOf, failureOf, ownTransport, signal, stillWorld } from '../loopback.testing.ts';
import { keys, serviceAccount, user } from './credential-files.testing.ts';
import { createTokens } from './token.ts';

describe('a credential file that means harm', () => {
  const evil = 'https://evil.example/token';
  it.each([
    ['another token endpoint', { ...serviceAccount, token_uri: evil }],
    ['another token endpoint for a user', { ...user, token_uri: evil }],
    [
      'an endpoint that only begins like Google’s',
      { ...serviceAccount, token_uri: 'https://oauth2.googleapis.com/token@evil.example/' },
    ],
    [
      'a subdomain that is not Google’s',
      { ...serviceAccount, token_uri: 'https://oauth2.googleapis.com.evil.example/token' },
    ],
    ['plain http', { ...serviceAccount, token_uri: 'http://oauth2.googleapis.com/token' }],
    ['a token endpoint that is no text', { ...serviceAccount, token_uri: [evil] }],
    [
      'an external account',
      {
        type: 'external_account',
        audience: 'a',
        token_url: evil,
        subject_token_type: 't',
        credential_source: { file: '/etc/passwd' },
      },
    ],
    ['a program to run', { type: 'external_account', credential_source: { executable: { command: '/bin/sh -c id' } } }],
    [
      'a program to run in a service account',
      { ...serviceAccount, credential_source: { executable: { command: '/bin/sh -c id' } } },
    ],
    ['an external user', { type: 'external_account_authorized_user', token_url: evil, refresh_token: 'r' }],
    [
      'impersonation',
      { type: 'impersonated_service_account', service_account_impersonation_url: evil, source_credentials: user },
    ],
    ['impersonation in a service account', { ...serviceAccount, service_account_impersonation_url: evil }],
    ['another universe', { ...serviceAccount, universe_domain: 'evil.example' }],
    ['a GDCH account', { ...serviceAccount, type: 'gdch_service_account' }],
    ['no type', { ...serviceAccount, type: undefined }],
    ['an inherited type', { __proto__: null, constructor: 'service_account' }],
    ['a key that is a path', { ...serviceAccount, private_key: '/etc/ssl/private/key.pem' }],
    [
      'a key that is no key',
      { ...serviceAccount, private_key: '-----BEGIN PRIVATE KEY-----\nSECRETSECRET\n-----END PRIVATE KEY-----\n' },
    ],
    ['a public key', { ...serviceAccount, private_key: keys.publicKey }],
    [
      'an elliptic key',
      {
        ...serviceAccount,
        private_key: generateKeyPairSync('ec', {
          namedCurve: 'P-256',
          privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
          publicKeyEncoding: { type: 'spki', format: 'pem' },
        }).privateKey,
      },
    ],
    ['an address with a line break', { ...serviceAccount, client_email: 'a@b\r\nx: y' }],
    ['a refresh token that is no text', { ...user, refresh_token: { $gt: '' } }],
    ['a missing secret', { ...user, client_secret: '' }],
    ['an oversized field', { ...user, refresh_token: 'r'.repeat(10_000) }],
    ['an oversized file', { ...user, padding: 'r'.repeat(100_000) }],
    ['an array', [serviceAccount]],
    ['null', null],
    ['a text', 'ya29.access-token'],
  ])('%s is refused, and nothing is sent', async (_what, file) => {
    const asked: string[] = [];
    const transport: Transport = {
      request: (request) => {
        asked.push(request.url);
        return Promise.reject(new Error('asked'));
      },
    };
    const { allowPrivate: _open, tokenUrl: _url, ...closed } = account('https://x.example/');
    const failure = await failureOf(
      stage(transport).tokens.token({ ...closed, allowPrivate: false }, JSON.stringify(file), signal()),
    );
    expect(failure).toMatchObject({ kind: 'credential-refused', reach: 'unsent' });
    expect(failure.detail).toContain('ada@example.com');
    expect(failure.detail).not.toMatch(/SECRET|BEGIN|evil|hush|refresh\b.*1\/\//);
    expect(asked).toEqual([]);
  });

  it('that is no JSON is not quoted', async () => {
    const failure = await failureOf(stage().tokens.token(account('https://x.example/'), 'ya29.secret', signal()));
    expect(failure.detail).not.toContain('ya29');
  });

  it('another token endpoint in the configuration needs allow_private', async () => {
    const failure = await failureOf(
      stage().tokens.token({ ...account('https://x.example/'), allowPrivate: false }, JSON.stringify(user), signal()),
    );
    expect(failure).toMatchObject({ kind: 'credential-refused', detail: expect.stringContaining('allow_private') });
  });

  it('a good one goes to Google’s endpoint and to no private address', async () => {
    const asked: { url: string; allowPrivate: boolean }[] = [];
    const transport: Transport = {
      request: ({ url, allowPrivate }) => {
        asked.push({ url, allowPrivate });
        return Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' }));
      },
    };
    const { tokenUrl: _url, ...own } = account('');
    for (const file of [serviceAccount, user])
      await failureOf(stage(transport).tokens.token(own, JSON.stringify(file), signal()));
    const wanted = { url: 'https://oauth2.googleapis.com/token', allowPrivate: false };
    expect(asked).toEqual([wanted, wanted]);
  });
});

function stage(transport: Transport = ownTransport()) {
  const world = stillWorld();
  return { world, tokens: createTokens({ transport, world }) };
}

function account(tokenUrl: string): AccountConfig {
  return { ...accountOf('vertex', 'https://x.example'), tokenUrl };
}
