/** A whole town from a seed: accounts, their weather, and hundreds of exchanges on a virtual clock, through the real healing code, adapters, pool and signatures. */

import { createHash } from 'node:crypto';
import { createHedgeGuide } from '../../src/accounts/hedging.ts';
import { createAccountPool, type RunningAccountPool } from '../../src/accounts/pool.ts';
import { createRetryBudget } from '../../src/accounts/retry-budget.ts';
import { defaultConfig } from '../../src/config/load.ts';
import { heal } from '../../src/healing/heal.ts';
import type { HealDoors } from '../../src/healing/walk.ts';
import { labScript } from '../../src/lab/script.ts';
import { between, createChance, pick } from '../../src/lab/seed.ts';
import { createVirtualTransport, type VirtualTransport } from '../../src/lab/virtual-transport.ts';
import { createVirtualWorld, type VirtualWorld } from '../../src/lab/virtual-world.ts';
import type { AccountConfig } from '../../src/model/config.ts';
import type { ClientRequest } from '../../src/model/request.ts';
import { DIALECTS } from '../../src/protocols/dialects.ts';
import { capabilitiesOf } from '../../src/routing/capabilities.ts';
import { claimants } from '../../src/routing/claims.ts';
import { createSignatureKeeper } from '../../src/signatures/keeper.ts';
import { createMemoryJournal, type MemoryJournal } from '../../src/storage/memory/journal.ts';
import { createMemoryState } from '../../src/storage/memory/state.ts';
import { createAdapters } from '../../src/upstreams/adapters.ts';
import { inventVisit, type Sight, type Visit, virtualClient } from './people.ts';

/** Weathers that end before any content: a healthy second account always helps. `cost` = attempts they can use up on their account. */
const BEFORE_CONTENT: readonly (readonly [string, number])[] = [
  ['refuse', 1],
  ['reset', 1],
  ['silence', 1],
  ['headers-then-silence', 1],
  ['comments-only', 1],
  ['empty-body', 1],
  ['no-content', 1],
  ['in-band-error', 1],
  ['in-band-error:kind=rate', 1],
  ['html', 1],
  ['json-200', 1],
  ['401', 1],
  ['403', 1],
  ['404', 1],
  ['429', 1],
  ['429:time=retry-after-seconds,seconds=20', 1],
  ['429:time=retry-after-ms,seconds=3', 1],
  ['429:time=retry-info,seconds=40', 1],
  ['429:time=per-day', 1],
  ['429:time=limit-0', 1],
  ['500', 1],
  ['504', 1],
  ['503', 2],
  ['529', 2],
  ['slow-first-byte:ms=45000', 1],
  ['cut-in-frame:frame=0', 1],
];
/** Weathers that break after content: a stream that has been shown ends with an error, a collected answer is asked for again. */
const AFTER_CONTENT = [
  'cut-after',
  'cut-after:end=clean',
  'cut-after:frames=5,end=clean',
  'cut-after:frames=5',
  'stall',
  'error-mid',
  'garbage-frame',
  'reset-after',
  'cut-at',
];
/** Weathers that a client only feels as time. */
const HARMLESS = ['clear', 'one-byte', 'split-utf8', 'slow-drip:ms=90', 'slow-first-byte:ms=4000', 'clear:ms=40'];

const townMs = 3_600_000;

export interface Household {
  readonly account: AccountConfig;
  readonly weather: string;
  readonly healthy: boolean;
  readonly breaksAfterContent: boolean;
}

export interface Seen {
  readonly visit: Visit;
  readonly request: ClientRequest;
  readonly id: string;
  readonly sight: Sight;
  readonly startedMs: number;
  readonly openAfterLeaving: number;
}

export interface Town {
  readonly seed: number;
  readonly households: readonly Household[];
  readonly seen: readonly Seen[];
  readonly journal: MemoryJournal;
  readonly pool: RunningAccountPool;
  readonly transport: VirtualTransport;
  readonly world: VirtualWorld;
  readonly doors: HealDoors;
  /** What went wrong in the code itself. */
  readonly faults: readonly unknown[];
  /** The same seed gives the same print. */
  readonly print: string;
}

/** Breaks the house on purpose, so that a checker that sees nothing is found out. */
export type Sabotage = (doors: HealDoors, transport: VirtualTransport) => HealDoors;

export async function liveThrough(seed: number, visits: number, sabotage: Sabotage = (doors) => doors): Promise<Town> {
  const chance = createChance(`town ${seed}`);
  const world = createVirtualWorld(seed);
  const households = settle(chance);
  const accounts = Object.fromEntries(households.map(({ account, weather }) => [account.credential, weather]));
  const transport = createVirtualTransport(world, labScript({ seed, accounts }));
  const state = createMemoryState(() => world.now());
  const journal = createMemoryJournal();
  const adapters = createAdapters({
    transport,
    credentials: { secret: async ({ credential }) => credential },
    world,
    capabilities: capabilitiesOf,
  });
  const config = defaultConfig();
  const scheduling = {
    ...config.scheduling,
    mode: pick(['balance', 'performance_first', 'cache_first'] as const, chance),
  };
  const configs = households.map(({ account }) => account);
  const pool = createAccountPool({ accounts: configs, adapters, scheduling, world, state, claimants });
  const healing = { ...config.healing, maxAttempts: 6, openAfterMs: chance() < 0.2 ? between(1, 9_000, chance) : 0 };
  const signatures = createSignatureKeeper({ state, world });
  const honest = {
    world,
    pool,
    signatures,
    journal,
    healing,
    budget: createRetryBudget(world),
    hedging: createHedgeGuide(world),
    prefills: (model: string) => capabilitiesOf(model).prefill,
    restWaitMsMax: scheduling.maxWaitMs,
    captureBytesMax: 4096,
  };
  const doors = sabotage(honest, transport);
  const faults: unknown[] = [];
  const seen: Seen[] = [];
  const dialects = [...new Set(households.map(({ account }) => account.provider))] as ('anthropic' | 'gemini')[];
  for (let n = 0; n < visits; n += 1) {
    const visit = inventVisit(`visitor-${n}`, pick(dialects, chance), chance);
    world.alarm(visit.arrivesMs, () => receive(visit, { doors, world, transport, seen, faults }));
  }
  // Whoever arrives is served or refused long before; what goes on after that has been forgotten, and the judge sees it open.
  await world.run({ forMs: townMs });
  const print = fingerprint(journal, seen);
  return { seed, households, seen, journal, pool, transport, world, doors, faults, print };
}

interface Reception {
  readonly doors: HealDoors;
  readonly world: VirtualWorld;
  readonly transport: VirtualTransport;
  readonly seen: Seen[];
  readonly faults: unknown[];
}

function receive(visit: Visit, { doors, world, transport, seen, faults }: Reception): void {
  const dialect = DIALECTS[visit.protocol];
  const read = dialect.readRequest(visit.input);
  if ('problem' in read) {
    faults.push(new Error(`a request of the simulation was refused: ${read.problem.message}`));
    return;
  }
  const client = virtualClient(world, visit.readsMs);
  const id = world.id();
  const entry = {
    visit,
    request: read.request,
    id,
    sight: client.sight,
    startedMs: world.elapsed(),
    openAfterLeaving: 0,
  };
  seen.push(entry);
  const openCalls = (): number =>
    transport.calls.filter((call) => call.ending === 'open' && Buffer.from(call.body).includes(`${visit.name} `))
      .length;
  if (visit.leavesAfterMs !== undefined) {
    world.alarm(visit.leavesAfterMs, () => {
      client.leave();
      world.alarm(250, () => {
        if (client.sight.leftMs !== undefined) entry.openAfterLeaving = openCalls();
      });
    });
  }
  const { request } = read;
  const exchange = { id, request, models: [request.model], caller: '', method: 'POST', path: visit.path, headers: {} };
  heal({ ...exchange, dialect, sink: client.sink }, doors).catch((error: unknown) => faults.push(error));
}

/** One to three accounts of one or two providers. At least one is healthy in most towns. */
function settle(chance: () => number): Household[] {
  const count = between(1, 3, chance);
  const providers = pick([['anthropic'], ['gemini'], ['anthropic', 'gemini']] as const, chance);
  const allHealthy = chance() < 0.1;
  const anyHealthy = chance() < 0.8;
  return providers.flatMap((provider) => {
    const healthyOne = between(0, count - 1, chance);
    return Array.from({ length: count }, (_, n) => {
      const healthy = allHealthy || (anyHealthy && n === healthyOne);
      const breaksAfterContent = !healthy && chance() < 0.3;
      const [before] = pick(BEFORE_CONTENT, chance);
      const weather = healthy ? pick(HARMLESS, chance) : breaksAfterContent ? pick(AFTER_CONTENT, chance) : before;
      return { account: accountOf(provider, n), weather, healthy, breaksAfterContent };
    });
  });
}

function accountOf(provider: 'anthropic' | 'gemini', n: number): AccountConfig {
  return {
    email: `${provider}-${n}@town.example`,
    provider,
    credential: `${provider}-key-${n}`,
    baseUrl: `http://${provider}.lab`,
    allowPrivate: true,
    models: provider === 'anthropic' ? ['claude-*'] : ['gemini-*'],
    weight: 1,
    enabled: true,
  };
}

function fingerprint(journal: MemoryJournal, seen: readonly Seen[]): string {
  const hash = createHash('sha256');
  for (const fact of journal.facts)
    hash.update(JSON.stringify(fact, (_key, value) => (value instanceof Uint8Array ? value.length : value)));
  for (const { sight } of seen) for (const piece of sight.pieces) hash.update(piece);
  return hash.digest('hex');
}
