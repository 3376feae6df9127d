/** Towns under steady load in which every account of a provider is sick for the same while, and what can be counted in them. */

import { defaultConfig } from '../../src/config/load.ts';
import { createChance } from '../../src/lab/seed.ts';
import type { Chance } from '../../src/lab/step.ts';
import type { Fact, Outcome } from '../../src/model/journal.ts';
import { accountOf, type Household, type TownProvider } from './households.ts';
import { live, type Plan, type Town } from './town.ts';
import { inventVisit, type Visit } from './visits.ts';

export interface Outage {
  readonly seed: number;
  /** The weather of every account of the first model's provider while it lasts. */
  readonly weather: string;
  readonly breaks: 'before' | 'after';
  readonly fromMs: number;
  readonly untilMs: number;
  /** A visitor comes so often, until a minute after the end. */
  readonly everyMs: number;
  /** The models of the route; those of a second provider stay well. */
  readonly models: readonly string[];
  readonly accounts: readonly (readonly [TownProvider, number])[];
}

const afterwardsMs = 60_000;

export function liveThroughOutage(outage: Outage): Promise<Town> {
  return live(planOf(outage));
}

function planOf(outage: Outage): Plan {
  const { seed, untilMs, everyMs, models, accounts } = outage;
  const chance = createChance(`outage ${seed} ${outage.weather}`);
  const [sick] = accounts[0] ?? [];
  const count = Math.floor((untilMs + afterwardsMs) / everyMs);
  const visits = Array.from({ length: count }, (_, n) => {
    const arrivesMs = Math.floor((n + chance()) * everyMs);
    return plainVisit(`visitor-${n}`, models, arrivesMs, chance);
  });
  const households = accounts.flatMap(([provider, number]) =>
    Array.from({ length: number }, (_, n) => household(outage, provider, n, provider === sick)),
  );
  return { seed, households, visits, healing: defaultConfig().healing, mode: 'balance' };
}

/** Nobody leaves, and nobody needs a repair of signatures: repairs are no retries. */
function plainVisit(name: string, models: readonly string[], arrivesMs: number, chance: Chance): Visit {
  for (;;) {
    const visit = inventVisit(name, models, arrivesMs, chance);
    const isSigned = /signature|encrypted_content":/i.test(Buffer.from(visit.input.body).toString());
    if (!isSigned) return { ...visit, leavesAfterMs: undefined, readsMs: 0 };
  }
}

function household(outage: Outage, provider: TownProvider, n: number, isSick: boolean): Household {
  const { fromMs, untilMs, weather, breaks } = outage;
  const clear = { fromMs: 0, weather: 'clear:ms=20', breaks: 'never' } as const;
  const before = fromMs > 0 ? [clear] : [];
  const spells = isSick ? [...before, { fromMs, weather, breaks }, { ...clear, fromMs: untilMs }] : [clear];
  return { account: accountOf(provider, n), spells, resume: 'continue' };
}

export interface Served {
  readonly arrivesMs: number;
  readonly endedMs: number;
  readonly outcome: Outcome;
}

/** How each visitor was served, in the order in which they came. */
export function servedIn({ seen, journal }: Town): Served[] {
  const visits = new Map(seen.map((each) => [each.id, each]));
  const served = journal.facts.flatMap((fact): Served[] => {
    const visitor = visits.get(fact.id);
    if (fact.fact !== 'exchange-ended' || visitor === undefined) return [];
    return [{ arrivesMs: visitor.startedMs, endedMs: visitor.startedMs + fact.ms, outcome: fact.outcome }];
  });
  return served.sort((left, right) => left.arrivesMs - right.arrivesMs);
}

/** When each attempt began. */
export function attemptTimes(town: Town): number[] {
  return timesOf(town, ({ fact }) => fact === 'attempt-started');
}

/** When each retry was decided on; it may be made after a wait. */
export function retryTimes(town: Town): number[] {
  return timesOf(town, (fact) => fact.fact === 'attempt-ended' && fact.decision?.action === 'retry');
}

function timesOf({ seen, journal }: Town, which: (fact: Fact) => boolean): number[] {
  const visits = new Map(seen.map((each) => [each.id, each]));
  return journal.facts.flatMap((fact) => {
    const visitor = visits.get(fact.id);
    return visitor !== undefined && 'ms' in fact && which(fact) ? [visitor.startedMs + fact.ms] : [];
  });
}

/** How many of these times lie in [from, until). */
export function countBetween(times: readonly number[], fromMs: number, untilMs: number): number {
  return times.filter((atMs) => atMs >= fromMs && atMs < untilMs).length;
}
