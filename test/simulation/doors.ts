/** The gateway from the pool to the journal on a virtual clock, put together as `src/house.ts` does it, over a lab in place of a network. It judges nothing. */

import { createHedgeGuide } from '../../src/accounts/hedging.ts';
import { createAccountPool, type RunningAccountPool } from '../../src/accounts/pool.ts';
import { createRetryBudget } from '../../src/accounts/retry-budget.ts';
import { defaultConfig } from '../../src/config/load.ts';
import type { HealDoors } from '../../src/healing/walk.ts';
import type { VirtualWorld } from '../../src/lab/virtual-world.ts';
import type { AccountConfig, Config, HealingConfig } from '../../src/model/config.ts';
import type { KeyedStateStore, RequestJournal, Transport } from '../../src/model/ports.ts';
import { capabilitiesOf } from '../../src/routing/capabilities.ts';
import { claimants } from '../../src/routing/claims.ts';
import { createSignatureKeeper } from '../../src/signatures/keeper.ts';
import { createMemoryState } from '../../src/storage/memory/state.ts';
import { createAdapters } from '../../src/upstreams/adapters.ts';
import type { Tokens } from '../../src/upstreams/vertex/token.ts';

export interface Furniture {
  readonly world: VirtualWorld;
  readonly transport: Transport;
  readonly accounts: readonly AccountConfig[];
  readonly journal: RequestJournal;
  /** What differs from the defaults. */
  readonly healing?: Partial<HealingConfig>;
  readonly scheduling?: Partial<Config['scheduling']>;
  /** In place of Vertex' own. */
  readonly tokens?: Tokens;
  readonly captureBytesMax: number;
}

export interface Furnished {
  readonly doors: HealDoors;
  readonly pool: RunningAccountPool;
  readonly state: KeyedStateStore;
}

export function furnish(furniture: Furniture): Furnished {
  const { world, transport, accounts, journal, tokens, captureBytesMax } = furniture;
  const config = defaultConfig();
  const scheduling = { ...config.scheduling, ...furniture.scheduling };
  const state = createMemoryState(() => world.now());
  const adapters = createAdapters({
    transport,
    // The lab knows an account by its credential as it is written.
    credentials: { secret: async ({ credential }) => credential },
    world,
    capabilities: capabilitiesOf,
    ...(tokens === undefined ? {} : { tokens }),
  });
  const pool = createAccountPool({ accounts, adapters, scheduling, world, state, claimants });
  const doors = {
    ...{ world, pool, journal, captureBytesMax },
    healing: { ...config.healing, ...furniture.healing },
    signatures: createSignatureKeeper({ state, world }),
    budget: createRetryBudget(world),
    hedging: createHedgeGuide(world),
    prefills: (model: string) => capabilitiesOf(model).prefill,
    restWaitMsMax: scheduling.maxWaitMs,
  };
  return { doors, pool, state };
}
