/** A pool for tests: accounts from few words, a clock that a test moves by hand, and chance that always takes the first of equals. */

import type { AccountConfig, Provider } from '../model/config.ts';
import type { Lease, LeaseWish, StateEntry, StateStore, StateTable, UpstreamAdapter } from '../model/ports.ts';
import { claimants } from '../routing/claims.ts';
import { type AccountPoolDeps, createAccountPool, type RunningAccountPool } from './pool.ts';

export const balance = { mode: 'balance', sticky: true, maxWaitMs: 60_000 } as const;

export function take(pool: RunningAccountPool, given: Partial<LeaseWish> = {}): Lease {
  const lease = pool.lease(wishOf(given));
  if ('none' in lease) throw new Error(`no lease: ${JSON.stringify(lease)}`);
  return lease;
}

/** Whom the pool would lend, given back at once. */
export function probe(pool: RunningAccountPool): string {
  const { account, settle } = take(pool);
  settle({ result: 'abandoned' });
  return account.email;
}

export function wishOf(given: Partial<LeaseWish> = {}): LeaseWish {
  return { protocol: 'gemini', operation: 'generate', model: 'm', failed: new Set(), ...given };
}

export function accountOf(email: string, given: Partial<AccountConfig> = {}): AccountConfig {
  const base = { provider: 'gemini', credential: `env:KEY_${email}`, allowPrivate: false, models: ['*'] } as const;
  return { email, ...base, weight: 1, enabled: true, ...given };
}

export function adapterOf(provider: Provider, serves: UpstreamAdapter['serves'] = () => true): UpstreamAdapter {
  const idle = { open: unused, framer: unused, readEvents: unused, classifyInBand: unused };
  return { provider, serves, native: (protocol) => protocol, ...idle };
}

export function unused(): never {
  throw new Error('the pool sends nothing, waits for nothing and makes no ids');
}

export function poolOf(
  accounts: readonly AccountConfig[],
  given: Partial<AccountPoolDeps & { clock: { now: number } }> = {},
) {
  const { clock = { now: 1_000 }, state = memoryState(), ...deps } = given;
  const adapters = { gemini: adapterOf('gemini'), vertex: adapterOf('vertex'), openai: adapterOf('openai') };
  const world = { now: () => clock.now, random: () => 0, elapsed: unused, alarm: unused, sleep: unused, id: unused };
  const pool = createAccountPool({ accounts, adapters, scheduling: balance, world, state, claimants, ...deps });
  return { pool, clock, state };
}

export function memoryState(): StateStore {
  const entries = new Map<string, [StateTable, StateEntry]>();
  return {
    load: (table) => [...entries.values()].flatMap(([of, entry]) => (of === table ? [entry] : [])),
    put: (table, entry) => void entries.set(`${table} ${entry.key}`, [table, entry]),
    drop: (table, key) => void entries.delete(`${table} ${key}`),
  };
}
