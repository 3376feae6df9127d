import { describe, expect, it } from 'vitest';
import type { AccountSnapshot } from '../accounts/pool.ts';
import { type AccountSight, accountView } from './account-views.ts';

const account = {
  email: 'ada',
  provider: 'gemini',
  credential: 'canary-secret',
  allowPrivate: false,
  models: ['*'],
  weight: 1,
  enabled: true,
} as const;
const hour = { attempts: 0, ok: 0, failed: 0, first_content_p50_ms: null, first_content_p99_ms: null };
const rest = (model?: string) => ({
  email: 'ada',
  ...(model === undefined ? {} : { model }),
  until: 1_000_000,
  inMs: 500,
  reason: 'rate-limited',
  told: true,
});
const circuit = (
  scope: 'account' | 'account-model' | 'place-model',
  model?: string,
  state: 'open' | 'half-open' = 'open',
) => ({
  scope,
  ...(model === undefined ? {} : { model }),
  state,
  since: 0,
  until: 2_000_000,
  probing: false,
  why: 'server-error' as const,
});

function sight(snapshot: Partial<AccountSnapshot>, more: Partial<AccountSight> = {}): AccountSight {
  const { credential: _, allowPrivate: _private, ...known } = account;
  const whole = { ...known, inFlight: 0, bindings: 0, resting: [], circuits: [], ...snapshot };
  return { account, source: 'file', credential: 'literal', snapshot: whole, limits: [], hour, asked: [], ...more };
}

describe('the state of an account', () => {
  it.each([
    ['ready', sight({})],
    ['ready', sight({ resting: [rest('a')] })],
    ['ready', sight({ resting: [rest('a')] }, { asked: ['a', 'b'] })],
    ['resting', sight({ resting: [rest('a'), rest('b')] }, { asked: ['a', 'b'] })],
    ['resting', sight({ resting: [rest()] }, { asked: ['a'] })],
    ['failing', sight({ circuits: [circuit('account')], resting: [rest()] })],
    ['ready', sight({ circuits: [circuit('account', undefined, 'half-open')] })],
    ['ready', sight({ circuits: [circuit('place-model', 'a')] }, { asked: ['a'] })],
    ['failing', sight({ circuits: [circuit('account-model', 'a')] }, { asked: ['a'] })],
    ['ready', sight({ circuits: [circuit('account-model', 'a')] }, { asked: ['a', 'b'] })],
    ['failing', sight({}, { locked: 'the key is missing' })],
    ['disabled', sight({ circuits: [circuit('account')] }, { account: { ...account, enabled: false }, locked: 'x' })],
  ] as const)('is %s, case %#', (state, seen) => {
    expect(accountView(seen).state).toBe(state);
  });
});

it('shows everything that is known and never the credential itself', () => {
  const view = accountView(
    sight({
      resting: [rest('a')],
      circuits: [circuit('account-model', 'a')],
      inFlight: 2,
      lastUsed: 3_000,
      bindings: 4,
    }),
  );
  expect(view).toMatchObject({
    credential: 'literal',
    rests: [{ model: 'a', until: '1970-01-01T00:16:40.000Z', in_ms: 500, reason: 'rate-limited', told: true }],
    circuits: [
      {
        scope: 'account-model',
        model: 'a',
        why: 'server-error',
        what: 'the account with a',
        state: 'open (server-error)',
        until: '1970-01-01T00:33:20.000Z',
      },
    ],
    in_flight: 2,
    last_used: '1970-01-01T00:00:03.000Z',
    conversations: 4,
    base_url: null,
    project: null,
  });
  expect(JSON.stringify(view)).not.toContain('canary');
});

it('says why a credential of the vault cannot be opened', () => {
  expect(accountView(sight({}, { locked: 'vault.key is missing' })).circuits).toEqual([
    {
      scope: 'credential',
      model: null,
      why: 'vault.key is missing',
      what: 'the credential',
      state: 'vault.key is missing',
      until: null,
    },
  ]);
});
