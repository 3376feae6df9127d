/** A whole town from a seed: accounts, their weather, and a hundred exchanges on a virtual clock, through the real healing code, adapters, pool, circuits, retry budget and signatures. */

import { createHash } from 'node:crypto';
import type { RunningAccountPool } from '../../src/accounts/pool.ts';
import { defaultConfig } from '../../src/config/load.ts';
import { heal } from '../../src/healing/heal.ts';
import type { HealDoors } from '../../src/healing/walk.ts';
import type { LabCallRecord } from '../../src/lab/record.ts';
import { type LabScriptInput, labScript } from '../../src/lab/script.ts';
import { between, createChance, pick } from '../../src/lab/seed.ts';
import type { Chance } from '../../src/lab/step.ts';
import { createVirtualTransport, type VirtualTransport } from '../../src/lab/virtual-transport.ts';
import { createVirtualWorld, type VirtualWorld } from '../../src/lab/virtual-world.ts';
import type { HealingConfig } from '../../src/model/config.ts';
import type { ClientRequest } from '../../src/model/request.ts';
import { DIALECTS, type Dialect } from '../../src/protocols/dialects.ts';
import { createMemoryJournal, type MemoryJournal } from '../../src/storage/memory/journal.ts';
import { type Sight, virtualClient } from './client.ts';
import { furnish } from './doors.ts';
import { type Household, settle, type TownProvider } from './households.ts';
import { inventRoute, inventVisit, type Visit } from './visits.ts';
import { createTaps, type Lending, watchPool } from './watch.ts';

/** All visitors arrive within this time. */
export const spanMs = 1_000_000;
/** Whoever arrives is served or refused long before; what goes on after that has been forgotten, and the judge sees it open. */
const townMs = 4_000_000;

/** What a town is made of. */
export interface Plan {
  readonly seed: number;
  readonly households: readonly Household[];
  readonly visits: readonly Visit[];
  readonly healing: HealingConfig;
  readonly mode: 'balance' | 'performance_first' | 'cache_first';
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
  readonly plan: Plan;
  readonly seen: readonly Seen[];
  readonly journal: MemoryJournal;
  readonly pool: RunningAccountPool;
  readonly transport: VirtualTransport;
  /** What each call of an upstream was sent. */
  readonly said: (call: LabCallRecord) => Uint8Array;
  readonly lendings: readonly Lending[];
  readonly doors: HealDoors;
  /** What went wrong in the code itself. */
  readonly faults: readonly unknown[];
  /** The same seed gives the same print. */
  readonly print: () => string;
}

export interface House {
  readonly doors: HealDoors;
  readonly pool: RunningAccountPool;
  readonly transport: VirtualTransport;
  /** By protocol. */
  readonly dialects: Map<string, Dialect>;
}

/** Breaks the house on purpose, so that a checker that sees nothing is found out. */
export type Sabotage = (house: House) => HealDoors;

export function liveThrough(seed: number, visits: number, sabotage?: Sabotage): Promise<Town> {
  return live(invent(seed, visits), sabotage);
}

export function invent(seed: number, count: number): Plan {
  const chance = createChance(`town ${seed}`);
  const households = settle(spanMs, chance);
  const providers = [...new Set(households.map(({ account }) => account.provider))] as TownProvider[];
  const routes = Array.from({ length: between(1, 4, chance) }, () => inventRoute(providers, chance));
  const arrivals = inventArrivals(count, chance);
  return {
    seed,
    households,
    visits: arrivals.map((arrivesMs, n) => inventVisit(`visitor-${n}`, pick(routes, chance), arrivesMs, chance)),
    healing: inventHealing(chance),
    mode: pick(['balance', 'performance_first', 'cache_first'] as const, chance),
  };
}

function inventHealing(chance: Chance): HealingConfig {
  return {
    ...defaultConfig().healing,
    maxAttempts: 6,
    openAfterMs: chance() < 0.2 ? between(1, 9_000, chance) : 0,
    hold: pick(['live', 'balanced', 'balanced', 'safe'] as const, chance),
    resume: chance() < 0.95,
  };
}

const burstShare = 0.3;
const burstMs = 1_000;

/** Spread evenly; in some towns a part of them comes all at once. */
function inventArrivals(count: number, chance: Chance): number[] {
  const at = Math.floor(chance() * spanMs);
  const inBurst = chance() < burstShare ? between(8, 30, chance) : 0;
  return Array.from({ length: count }, (_, n) =>
    n < inBurst ? at + Math.floor(chance() * burstMs) : Math.floor(chance() * spanMs),
  );
}

export async function live({ seed, ...planned }: Plan, sabotage: Sabotage = ({ doors }) => doors): Promise<Town> {
  const plan = { seed, ...planned };
  const { households, visits, healing, mode } = plan;
  const world = createVirtualWorld(seed);
  const transport = createVirtualTransport(world, scriptAt(plan, 0));
  const taps = createTaps(transport);
  for (const fromMs of new Set(households.flatMap(({ spells }) => spells.map((spell) => spell.fromMs)))) {
    if (fromMs > 0) world.alarm(fromMs, () => transport.setScript(scriptAt(plan, fromMs)));
  }
  const journal = createMemoryJournal();
  const accounts = households.map(({ account }) => account);
  const furniture = { world, transport: taps.transport, accounts, journal, healing, scheduling: { mode } };
  const { doors: whole, pool } = furnish({ ...furniture, captureBytesMax: 4096 });
  const honest = { doors: whole, pool, transport, dialects: new Map<string, Dialect>(Object.entries(DIALECTS)) };
  const broken = sabotage(honest);
  const lendings: Lending[] = [];
  const doors = { ...broken, pool: watchPool(broken.pool, honest.pool, world, lendings) };
  const faults: unknown[] = [];
  const seen: Seen[] = [];
  for (const visit of visits) {
    const dialect = honest.dialects.get(visit.protocol) ?? DIALECTS[visit.protocol];
    world.alarm(visit.arrivesMs, () => receive(visit, dialect, { doors, world, transport, seen, faults }));
  }
  await world.run({ forMs: townMs });
  const print = (): string => fingerprint(journal, seen);
  return { plan, seen, journal, pool, transport, said: taps.said, lendings, doors, faults, print };
}

/** The weather of every account at this time. */
function scriptAt({ seed, households }: Plan, nowMs: number): ReturnType<typeof labScript> {
  const now = ({ spells }: Household): string => spells.findLast(({ fromMs }) => fromMs <= nowMs)?.weather ?? 'clear';
  const script: LabScriptInput = {
    seed,
    accounts: Object.fromEntries(households.map((house) => [house.account.credential, now(house)])),
    requests: households.map(({ account, resume }) => ({ match: { account: account.credential }, resume })),
  };
  return labScript(script);
}

interface Reception {
  readonly doors: HealDoors;
  readonly world: VirtualWorld;
  readonly transport: VirtualTransport;
  readonly seen: Seen[];
  readonly faults: unknown[];
}

function receive(visit: Visit, dialect: Dialect, { doors, world, transport, seen, faults }: Reception): void {
  const read = dialect.readRequest(visit.input);
  if ('problem' in read) {
    faults.push(new Error(`a request of the simulation was refused: ${read.problem.message}`));
    return;
  }
  const { request } = read;
  const client = virtualClient(world, visit.readsMs);
  const { sight } = client;
  const entry = { visit, request, id: world.id(), sight, startedMs: world.elapsed(), openAfterLeaving: 0 };
  seen.push(entry);
  const openCalls = (): number =>
    transport.calls.filter((call) => call.ending === 'open' && Buffer.from(call.body).includes(`${visit.name} `))
      .length;
  if (visit.leavesAfterMs !== undefined) {
    world.alarm(visit.leavesAfterMs, () => {
      client.leave();
      world.alarm(250, () => {
        if (sight.leftMs !== undefined) entry.openAfterLeaving = openCalls();
      });
    });
  }
  const exchange = { id: entry.id, request, models: visit.models, caller: '', method: 'POST', path: visit.path };
  heal({ ...exchange, headers: {}, dialect, sink: client.sink }, doors).catch((error: unknown) => faults.push(error));
}

function fingerprint(journal: MemoryJournal, seen: readonly Seen[]): string {
  const hash = createHash('sha256');
  for (const fact of journal.facts)
    hash.update(JSON.stringify(fact, (_key, value) => (value instanceof Uint8Array ? value.length : value)));
  for (const { sight } of seen) for (const piece of sight.pieces) hash.update(piece);
  return hash.digest('hex');
}
