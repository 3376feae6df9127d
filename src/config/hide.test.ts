import { describe, expect, it } from 'vitest';
import { hideInUrl, hideSecrets } from './hide.ts';
import { parseConfig } from './load.ts';

const KEY = 'client-key-4e1c7a9b2d5f8036';
const CREDENTIAL = 'maple-street-7731';

function shown(text: string, file = 'config.yaml'): string {
  const parsed = parseConfig(text, file);
  if ('errors' in parsed) throw new Error(parsed.errors.map(({ message }) => message).join());
  return hideSecrets(text, parsed.config);
}

describe('a configuration that is shown', () => {
  it('has no key and no literal credential, and everything else as it was', () => {
    const text = `server: { auth: { keys: [${KEY}, "b2d5f8036-4e1c7a9b"] } } # ${KEY} is for work
accounts:
  # was ${CREDENTIAL} before
  - { email: a@b.c, provider: anthropic, credential: ${CREDENTIAL} }
  - { email: d@e.f, provider: anthropic, credential: env:KEY }
`;
    expect(shown(text)).toBe(`server: { auth: { keys: ["[hidden]", "[hidden]"] } } # [hidden] is for work
accounts:
  # was [hidden] before
  - { email: a@b.c, provider: anthropic, credential: "[hidden]" }
  - { email: d@e.f, provider: anthropic, credential: env:KEY }
`);
  });

  it.each([
    ['escapes', `accounts: [{ email: a, provider: gemini, credential: "maple\\x2dstreet-7731" }]`],
    [
      'several lines',
      'accounts:\n  - email: a\n    provider: vertex\n    project: p\n    credential: |\n      {"k":"maple-street-7731"}\n    weight: 2\n',
    ],
    ['an anchor', 'accounts:\n  - { email: &a maple-street-7731, provider: gemini, credential: *a }\n'],
    ['JSON', '{"accounts":[{"email":"a","provider":"gemini","credential":"maple-street-7731"}]}'],
  ])('has none that is written with %s', (_what, text) => {
    const after = shown(text);
    expect(after).not.toMatch(/street|7731/);
    expect(after).toContain('[hidden]');
    expect('errors' in parseConfig(after, 'config.yaml')).toBe(false);
  });

  it('has no password of an address', () => {
    expect(shown('state: { url: "redis://me:pass@host/0" }')).not.toContain('pass');
  });
});

describe('an address', () => {
  it.each([
    ['redis://host:6379/0', 'redis://host:6379/0'],
    ['', ''],
    ['postgres://ada:pw@db/x?sslmode=on', 'postgres://[hidden]@db/x?[hidden]'],
    ['https://token@otlp.example/v1', 'https://[hidden]@otlp.example/v1'],
  ])('%s is shown as %s', (url, text) => {
    expect(hideInUrl(url)).toBe(text);
  });
});
