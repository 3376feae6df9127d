import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountConfig, RouteConfig } from '../model/config.ts';
import { claimants } from './claims.ts';
import { listedNames } from './listed.ts';
import { resolve } from './resolve.ts';

const routes: readonly RouteConfig[] = [
  { match: 'claude-haiku-4-5', to: ['gemini-3-flash'] },
  { match: 'claude-haiku-*', to: ['gemini-3-flash', 'claude-haiku-4-5', 'gemini-3-flash'] },
  { match: 'claude-*', to: ['*', 'gemini-3-pro'] },
];

describe('resolving a model name', () => {
  it('takes the first route that matches, not the most exact one', () => {
    expect(resolve('claude-haiku-4-5', routes)).toEqual(['gemini-3-flash']);
    expect(resolve('claude-haiku-4-5', [...routes].reverse())).toEqual(['claude-haiku-4-5', 'gemini-3-pro']);
  });

  it('keeps the order of the route and names nothing twice', () => {
    expect(resolve('claude-haiku-3', routes)).toEqual(['gemini-3-flash', 'claude-haiku-4-5']);
  });

  it('puts the asked name where the route has a star', () => {
    expect(resolve('claude-opus-4-1', routes)).toEqual(['claude-opus-4-1', 'gemini-3-pro']);
    expect(resolve('gemini-3-pro', [{ match: '*', to: ['*', 'gemini-3-pro'] }])).toEqual(['gemini-3-pro']);
  });

  it('takes a star inside a longer target as it stands', () => {
    expect(resolve('a', [{ match: 'a', to: ['openrouter/*'] }])).toEqual(['openrouter/*']);
  });

  it('passes an unmatched name through as it is', () => {
    expect(resolve('models/Gemini-2.5-pro:online ', routes)).toEqual(['models/Gemini-2.5-pro:online ']);
    expect(resolve('x', [])).toEqual(['x']);
  });

  it('does not apply routes to what a route leads to', () => {
    expect(
      resolve('a', [
        { match: 'a', to: ['b'] },
        { match: 'b', to: ['c'] },
      ]),
    ).toEqual(['b']);
  });

  it('never answers with nothing and never with a name twice', () => {
    const name = fc.constantFrom('a', 'b', 'ab', '*', 'a*');
    const route = fc.record({ match: name, to: fc.array(name, { maxLength: 5 }) });
    fc.assert(
      fc.property(name, fc.array(route, { maxLength: 4 }), (model, table) => {
        const resolved = resolve(model, table);
        expect(resolved.length).toBeGreaterThan(0);
        expect(new Set(resolved).size).toBe(resolved.length);
      }),
    );
  });
});

describe('claiming a model name', () => {
  const claude = account('claude', { provider: 'anthropic', models: ['claude-*'] });
  const gemini = account('gemini', { provider: 'gemini', models: ['gemini-*'] });
  const any = account('any', { provider: 'openai', models: [] });
  const gpt = account('gpt', { provider: 'openai', models: ['gpt-*'] });
  const emails = (model: string, accounts: AccountConfig[]) => claimants(model, accounts).map(({ email }) => email);

  it('belongs to every account with a pattern for it, in the order of the configuration', () => {
    const vertex = account('vertex', { provider: 'vertex', models: ['gemini-*', 'claude-*'] });
    expect(emails('claude-opus-4-1', [vertex, gemini, claude])).toEqual(['vertex', 'claude']);
    expect(emails('gpt-5', [vertex, gemini, claude])).toEqual([]);
  });

  it('falls to openai accounts without patterns only where no other account claims it', () => {
    const other = account('other', { provider: 'openai', models: [] });
    expect(emails('gpt-5', [any, claude, gpt])).toEqual(['gpt']);
    expect(emails('llama-4', [any, claude, gpt, other])).toEqual(['any', 'other']);
    expect(emails('claude-opus-4-1', [any, claude])).toEqual(['claude']);
  });

  it('is not kept back by a disabled account', () => {
    expect(emails('claude-opus-4-1', [any, { ...claude, enabled: false }])).toEqual(['any']);
    expect(emails('llama-4', [{ ...any, enabled: false }])).toEqual([]);
  });

  it('gives an account of another provider without patterns nothing', () => {
    expect(emails('claude-opus-4-1', [account('none', { provider: 'anthropic', models: [] })])).toEqual([]);
  });
});

describe('the list of names', () => {
  const accounts = [
    account('gemini', { provider: 'gemini', models: ['gemini-*'] }),
    account('claude', { provider: 'anthropic', models: ['claude-opus-4-1', 'claude-haiku-*'] }),
  ];

  it('has what routes match, what they lead to and what accounts name, each once and no pattern', () => {
    expect(listedNames(routes, accounts)).toEqual([
      'claude-haiku-4-5',
      'gemini-3-flash',
      'gemini-3-pro',
      'claude-opus-4-1',
    ]);
  });

  it('leaves out names that no enabled account would serve', () => {
    const table = [
      { match: 'fast', to: ['llama-4'] },
      { match: 'good', to: ['llama-4', 'gemini-3-pro'] },
    ];
    expect(listedNames(table, accounts)).toEqual(['good', 'gemini-3-pro', 'claude-opus-4-1']);
    expect(
      listedNames(
        table,
        accounts.map((each) => ({ ...each, enabled: false })),
      ),
    ).toEqual([]);
  });
});

function account(email: string, given: Partial<AccountConfig>): AccountConfig {
  return {
    email,
    provider: 'gemini',
    credential: 'env:KEY',
    allowPrivate: false,
    models: [],
    weight: 1,
    enabled: true,
    ...given,
  };
}

describe('the bracketed suffix that a client notes for itself', () => {
  it('is taken off before an upstream is asked, and may be left out of routes', () => {
    expect(resolve('claude-opus-4-8[1m]', [])).toEqual(['claude-opus-4-8']);
    expect(resolve('claude-opus-4-8[1m]', [{ match: 'claude-opus-4-8', to: ['gemini-3-pro', '*'] }])).toEqual([
      'gemini-3-pro',
      'claude-opus-4-8',
    ]);
    expect(resolve('claude-opus-4-8[1m]', [{ match: '*[1m]', to: ['gemini-3-pro'] }])).toEqual(['gemini-3-pro']);
    expect(resolve('[1m]', [])).toEqual(['[1m]']);
  });
});
