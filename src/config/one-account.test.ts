import { expect, it } from 'vitest';
import { readOneAccount } from './one-account.ts';

const ada = { email: 'ada@example.com', provider: 'anthropic', credential: 'env:ADA_KEY' };
const faults = (input: unknown): readonly string[] => {
  const read = readOneAccount(input);
  return 'faults' in read ? read.faults : [];
};

it('takes what the configuration file takes, with the same defaults', () => {
  expect(readOneAccount({ ...ada, weight: 2 })).toEqual({
    account: { ...ada, allowPrivate: false, models: ['claude-*'], weight: 2, enabled: true },
    settings: { provider: 'anthropic', weight: 2 },
    isSecret: false,
  });
  expect(readOneAccount({ ...ada, credential: 'sk-0123456789' })).toMatchObject({ isSecret: true });
});

it.each([
  [
    { ...ada, provider: 'antropic' },
    'provider: expected one of gemini, vertex, anthropic, openai (did you mean anthropic?)',
  ],
  [{ ...ada, base_url: 'http://127.0.0.1:1' }, 'base_url: leads to a loopback address: that needs allow_private: true'],
  [{ ...ada, base_ulr: 'x' }, 'base_ulr: is not a known key'],
  [{ ...ada, email: 'a\r\nb' }, 'email: expected a label'],
  [{ provider: 'anthropic', credential: 'x' }, 'email: expected a label'],
  [{ ...ada, credential: '' }, 'credential: is empty'],
  [{ ...ada, credential: 'env:sk-key' }, 'credential: env: must be followed by the name of a variable'],
  [{ ...ada, credential: 'vault:1:bob@example.com' }, 'credential: expected env:NAME'],
  [{ ...ada, provider: 'vertex', credential: '{}' }, 'project: is missing'],
  [JSON.parse('{"__proto__":{"enabled":true}}'), '__proto__: is not a known key'],
  [[ada], 'expected a map'],
  ['ada', 'expected a map'],
  [null, 'expected a map'],
])('refuses %j in the words of the file: %s', (input, sentence) => {
  expect(faults(input).join('; ')).toContain(sentence);
});

it('repeats no value that could be a secret', () => {
  const canary = 'canary with spaces';
  const told = faults({
    email: `${canary}\n`,
    provider: canary,
    credential: canary,
    base_url: `${canary}://`,
    models: canary,
  });
  expect(told.length).toBeGreaterThan(0);
  expect(told.join()).not.toContain('canary');
});

it('keeps the number and length of its sentences within bounds', () => {
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`${'k'.repeat(2_000)}${n}`, 1]));
  const told = faults({ ...ada, ...many });
  expect(told).toHaveLength(10);
  expect(Math.max(...told.map((each) => each.length))).toBe(500);
});
