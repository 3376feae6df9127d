import { describe, expect, test } from 'vitest';
import { account, errorsOf, gemini, warningsOf } from './issues.testing.ts';

const vertex = ['provider: vertex', 'credential: env:A', 'project: p'];

describe('values that do not go together', () => {
  test.each([
    [
      'accounts:\n  - { email: a, provider: gemini, credential: env:A }\n  - { email: A, provider: gemini, credential: env:A }\n',
      'c.yaml:3: accounts[1].email: is already the label of accounts[0]',
    ],
    [
      'server:\n  auth: { mode: strict }\n',
      'c.yaml:2: server.auth.keys: auth mode strict needs at least one key: every request would be refused',
    ],
    [
      'server:\n  auth:\n    keys: ["env:CLIENT_KEY"]\n',
      'c.yaml:3: server.auth.keys[0]: this key is a reference, but client keys stand here as they are: use 32 random characters or more',
    ],
    [
      account(...gemini, 'base_url: http://127.0.0.1:1'),
      'c.yaml:5: accounts[0].base_url: leads to a loopback address: that needs allow_private: true on this account',
    ],
    [
      account(...gemini, 'base_url: http://2130706433'),
      'c.yaml:5: accounts[0].base_url: leads to a loopback address: that needs allow_private: true on this account',
    ],
    [
      account(...gemini, 'base_url: "https://[fe80::1]"'),
      'c.yaml:5: accounts[0].base_url: leads to a private, link-local or reserved address: that needs allow_private: true on this account',
    ],
    [account(...gemini, 'base_url: ftp://example.com'), 'c.yaml:5: accounts[0].base_url: must be an http or https URL'],
    [account(...gemini, 'base_url: example.com'), 'c.yaml:5: accounts[0].base_url: must be an http or https URL'],
    [
      account(...gemini, 'base_url: https://u:p@example.com'),
      'c.yaml:5: accounts[0].base_url: must not carry a user name or password',
    ],
    [
      account(...gemini, 'base_url: https://example.com?x=1'),
      'c.yaml:5: accounts[0].base_url: must not carry a query or a fragment',
    ],
    [
      account(...gemini, 'base_url: "https://example.com/#"'),
      'c.yaml:5: accounts[0].base_url: must not carry a query or a fragment',
    ],
    [
      account('provider: vertex', 'credential: ya29.token'),
      'c.yaml:2: accounts[0].project: is missing: provider vertex needs the project to bill',
    ],
    [
      account(...vertex, 'token_url: https://evil.example/token'),
      'c.yaml:6: accounts[0].token_url: is only for a private endpoint: without allow_private: true, tokens come from Google alone',
    ],
    [
      account(...vertex, 'allow_private: true', 'token_url: file:///etc/passwd'),
      'c.yaml:7: accounts[0].token_url: must be an http or https URL',
    ],
    [
      account(...gemini, 'models: []'),
      'c.yaml:5: accounts[0].models: an empty list serves no model: leave the key away for the default, or set enabled: false',
    ],
    [
      account('provider: gemini', 'credential: "env:"'),
      'c.yaml:4: accounts[0].credential: env: must be followed by the name of a variable',
    ],
    [
      'routes:\n  - match: a\n    to: ["gemini-*"]\n',
      'c.yaml:3: routes[0].to[0]: a wildcard inside a name leads nowhere: only "*" alone, the name that was asked for',
    ],
    [
      'healing:\n  backoff:\n    "429": { kind: linear }\n',
      'c.yaml:3: healing.backoff.429: needs base: kind linear starts from it',
    ],
    [
      'healing:\n  backoff:\n    "429": { kind: linear, base: 5s, max: 1s }\n',
      'c.yaml:3: healing.backoff.429: max is smaller than base',
    ],
    ['state: { url: "http://x" }', 'c.yaml:1: state.url: must be empty or start with redis:// or rediss://'],
    [
      'journal: { url: "mysql://x" }',
      'c.yaml:1: journal.url: must be empty or start with postgres:// or postgresql://',
    ],
    [
      'telemetry: { otlp: "localhost:4318" }',
      'c.yaml:1: telemetry.otlp: must be empty or start with http:// or https://',
    ],
  ])('%j is refused', (text, said) => {
    expect(errorsOf(text)).toEqual([said]);
  });

  test.each([
    [account(...gemini, 'base_url: http://127.0.0.1:1', 'allow_private: true')],
    [account('provider: vertex', 'credential: file:/a.json')],
    [account(...vertex, 'allow_private: true', 'base_url: http://10.0.0.1', 'token_url: http://127.0.0.1:1/token')],
    [account('provider: openai', 'credential: env:A', 'base_url: https://api.openai.com/v1')],
  ])('%j is accepted without a word', (text) => {
    expect(warningsOf(text)).toEqual([]);
  });

  test.each([
    [
      'server:\n  auth:\n    keys:\n      - changeme\n',
      /^c\.yaml:4: server\.auth\.keys\[0\]: this key is shorter than 16 characters/,
    ],
    [
      'server:\n  auth:\n    keys: ["your-api-key-here-1"]\n',
      /^c\.yaml:3: server\.auth\.keys\[0\]: this key is a placeholder or can be guessed/,
    ],
    [account(...gemini, 'project: p'), /^c\.yaml:5: accounts\[0\]\.project: belongs to provider vertex only/],
    [account(...gemini, 'location: global'), /^c\.yaml:5: accounts\[0\]\.location: belongs to provider vertex only/],
    [
      account(...gemini, 'token_url: https://x.example'),
      /^c\.yaml:5: accounts\[0\]\.token_url: belongs to provider vertex only/,
    ],
    [
      account('provider: gemini', 'credential: AIzaSyLiteral'),
      /^c\.yaml:4: accounts\[0\]\.credential: the credential stands in the file/,
    ],
    [
      account(...gemini, 'base_url: http://example.com'),
      /^c\.yaml:5: accounts\[0\]\.base_url: http: the credential travels unencrypted/,
    ],
    [
      account(...gemini, 'base_url: https://example.com/v1beta'),
      /^c\.yaml:5: accounts\[0\]\.base_url: the version is added/,
    ],
    [
      'routes:\n  - { match: "*", to: [a] }\n  - { match: b, to: [c] }\n',
      /^c\.yaml:3: routes\[1\]\.match: is never reached: routes\[0\]/,
    ],
    ['server: { auth: { mode: off, keys: [Zk3vq9xTf0aLm2Rw8PsY] } }', /^c\.yaml:1: server\.auth\.keys: auth mode off/],
  ])('%j is accepted with a warning', (text, said) => {
    expect(warningsOf(text)).toEqual([expect.stringMatching(said)]);
  });
});
