/**
 * Which account serves an attempt: a pure function of what is known about the accounts. It leases nothing, waits for nothing and rolls no
 * dice. What is forbidden is decided first (a failed account, a rest that the provider asked for); among the rest a table of preferences.
 * An open circuit is never a prohibition: the last candidate is always asked.
 */

import type { AccountConfig, Config } from '../model/config.ts';
import type { LeaseWish, NoLease } from '../model/ports.ts';
import type { Gate } from './circuit.ts';
import type { CircuitView } from './circuits.ts';

export type Scheduling = Config['scheduling'];

/** How long an account rests, and why. `told` = the provider named the time; otherwise it is our guess, and only a preference. */
export interface Rest {
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly told: boolean;
  readonly reason: string;
}

/** An account that can serve the model, as it stands now. */
export interface Candidate {
  readonly account: AccountConfig;
  readonly inFlight: number;
  /** For this model or for the whole account. */
  readonly rest?: Rest;
  /** Whether the session of the wish last succeeded here. */
  readonly bound: boolean;
  /** How long it lately took to say something; absent = not known. */
  readonly firstContentMs?: number;
  /** Absent = every circuit on its way is closed. */
  readonly circuits?: CircuitView;
}

export type Choice = { readonly account: AccountConfig; readonly why: string } | NoLease;

/** `roll` is a number from 0 to 1 (exclusive) and decides only among equals. */
export function choose(
  candidates: readonly Candidate[],
  wish: LeaseWish,
  scheduling: Scheduling,
  now: number,
  roll: number,
): Choice {
  const enabled = candidates.filter((candidate) => candidate.account.enabled);
  if (enabled.length === 0) return { none: 'none' };
  if (wish.only !== undefined) return exactly(wish.only, enabled, now);
  const untried = enabled.filter((candidate) => !wish.failed.has(candidate.account.email));
  if (untried.length === 0) return { none: 'exhausted', ...firstBack(enabled, now) };
  const kept = keptForCache(untried, wish, scheduling, now);
  if (kept !== undefined) return { none: 'resting', ...firstBack([kept], now) };
  const ready = untried.filter((candidate) => !restsAsTold(candidate, now));
  if (ready.length === 0) return { none: 'resting', ...firstBack(untried, now) };
  return preferred(ready, { wish, scheduling, now, gates: gatesOf(ready, wish, now) }, roll);
}

/** Guesses and earlier failures do not count here: whoever names an account has thought of them. */
function exactly(email: string, enabled: readonly Candidate[], now: number): Choice {
  const only = enabled.find((candidate) => candidate.account.email === email);
  if (only === undefined) return { none: 'exhausted' };
  if (restsAsTold(only, now)) return { none: 'resting', ...firstBack([only], now) };
  return { account: only.account, why: 'exactly this one was asked for' };
}

/** Whether the provider said when this account may be asked again, and it is not yet that time. */
export function restsAsTold(candidate: Pick<Candidate, 'rest'>, now: number): boolean {
  return candidate.rest?.told === true && candidate.rest.until > now;
}

/** Whether nothing speaks against the account itself, not even a guess. */
export function isWell(candidate: Candidate, now: number): boolean {
  return (candidate.circuits?.own ?? 'closed') === 'closed' && !rests(candidate, now);
}

/** Whether its circuits give no hope now: asked for the model as a whole, so that no guess counts and nobody panics. */
export function isOpen({ circuits }: Candidate, operation: LeaseWish['operation']): boolean {
  if (circuits === undefined) return false;
  return circuits.own === 'open' || circuits.place === 'open' || !mayProbe({ operation, failed: new Set() });
}

/** Only generating shows whether generating works; and a request that has just failed is spared a second risk while another can serve. */
function mayProbe({ operation, failed }: Pick<LeaseWish, 'operation' | 'failed'>): boolean {
  return operation === 'generate' && failed.size === 0;
}

/**
 * What the circuits mean for this choice. Where all candidates are at places that stand alike, places say nothing; where all stand alike for any
 * reason, no circuit does: whoever is last is asked as if nothing had been.
 */
function gatesOf(ready: readonly Candidate[], wish: LeaseWish, now: number): ReadonlyMap<Candidate, Gate> {
  const seen = ready.map((candidate) => {
    const { own = 'closed', place = 'closed' } = candidate.circuits ?? {};
    const isSpared = !mayProbe(wish) || rests(candidate, now);
    const asSeen = (gate: Gate): Gate => (gate === 'due' && isSpared ? 'open' : gate);
    return { candidate, own: asSeen(own), place: asSeen(place) };
  });
  const placesSayNothing = seen.every(({ place }) => place === seen[0]?.place);
  const gates = seen.map(({ candidate, own, place }): [Candidate, Gate] => {
    const both = placesSayNothing ? [own] : [own, place];
    return [candidate, both.includes('open') ? 'open' : both.includes('due') ? 'due' : 'closed'];
  });
  return gates.every(([, gate]) => gate === gates[0]?.[1]) ? new Map() : new Map(gates);
}

interface Circumstances {
  readonly wish: LeaseWish;
  readonly scheduling: Scheduling;
  readonly now: number;
  /** Absent = closed. */
  readonly gates: ReadonlyMap<Candidate, Gate>;
}

/** Of the candidates left by the row before, those with the lowest cost stay (up to `within` times the lowest). */
interface Preference {
  readonly name: string;
  readonly why: string;
  readonly cost: (candidate: Candidate, circumstances: Circumstances) => number;
  readonly within?: number;
}

/** First content within this factor of the fastest counts as equally fast, so that one lucky answer does not draw all traffic. */
const AS_FAST_WITHIN = 1.2;

/** In this order. */
export const PREFERENCES: readonly Preference[] = [
  {
    name: 'other provider',
    why: 'the provider that failed is avoided while another can serve',
    cost: ({ account }, { wish }) => (account.provider === wish.avoidProvider ? 1 : 0),
  },
  {
    name: 'probe',
    why: 'one request finds out whether what failed works again, else nobody would',
    cost: (candidate, { gates }) => (gates.get(candidate) === 'due' ? 0 : 1),
  },
  {
    name: 'bound',
    why: 'a conversation stays with its account, because the provider has its prompt cached there',
    cost: (candidate, circumstances) =>
      binds(circumstances.scheduling) && candidate.bound && !isSpared(candidate, circumstances) ? 0 : 1,
  },
  {
    name: 'well',
    why: 'an account is left in peace while its circuit is open, or for as long as we guess it needs, while another can serve',
    cost: (candidate, circumstances) => (isSpared(candidate, circumstances) ? 1 : 0),
  },
  {
    name: 'back first',
    why: 'all are to be left in peace, and that keeps nobody waiting: the one that is back first is asked',
    cost: (candidate, { now, gates }) =>
      Math.max(
        rests(candidate, now) ? (candidate.rest?.until ?? 0) : 0,
        gates.get(candidate) === 'open' ? (candidate.circuits?.until ?? 0) : 0,
      ),
  },
  {
    name: 'least in flight',
    why: 'the load is spread by weight',
    cost: ({ account, inFlight }) => inFlight / Math.max(account.weight, Number.MIN_VALUE),
  },
  {
    name: 'fastest',
    why: 'performance_first: of the least loaded those that spoke first lately, and those not known yet',
    cost: ({ firstContentMs }, { scheduling }) => (scheduling.mode === 'performance_first' ? (firstContentMs ?? 0) : 0),
    within: AS_FAST_WITHIN,
  },
];

/** Whether conversations are kept on their accounts at all. */
export function binds(scheduling: Scheduling): boolean {
  return scheduling.sticky && scheduling.mode !== 'performance_first';
}

/** cache_first: the bound account that is worth waiting for, even when another is free. */
function keptForCache(
  untried: readonly Candidate[],
  wish: LeaseWish,
  scheduling: Scheduling,
  now: number,
): Candidate | undefined {
  if (scheduling.mode !== 'cache_first' || !binds(scheduling)) return undefined;
  const bound = untried.find((candidate) => candidate.bound);
  if (bound === undefined || !restsAsTold(bound, now) || bound.account.provider === wish.avoidProvider)
    return undefined;
  return (bound.rest?.until ?? now) - now <= scheduling.maxWaitMs ? bound : undefined;
}

function isSpared(candidate: Candidate, { now, gates }: Circumstances): boolean {
  return rests(candidate, now) || gates.get(candidate) === 'open';
}

function rests(candidate: Candidate, now: number): boolean {
  return candidate.rest !== undefined && candidate.rest.until > now;
}

/** When the first of them may be asked again, if each was told a time. */
function firstBack(candidates: readonly Candidate[], now: number): { inMs: number; reason: string } | undefined {
  let first: Rest | undefined;
  for (const candidate of candidates) {
    if (candidate.rest === undefined || !restsAsTold(candidate, now)) return undefined;
    if (first === undefined || candidate.rest.until < first.until) first = candidate.rest;
  }
  return first === undefined ? undefined : { inMs: Math.ceil(first.until - now), reason: first.reason };
}

function preferred(ready: readonly Candidate[], circumstances: Circumstances, roll: number): Choice {
  let left = ready;
  let why = 'no other can serve';
  for (const preference of PREFERENCES) {
    const costs = left.map((candidate) => preference.cost(candidate, circumstances));
    const limit = Math.min(...costs) * (preference.within ?? 1);
    const cheapest = left.filter((_, index) => (costs[index] ?? 0) <= limit);
    if (cheapest.length < left.length) why = preference.why;
    left = cheapest;
  }
  if (left.length > 1) why = 'by weighted chance among equals';
  return { account: byChance(left, roll).account, why };
}

function byChance(equals: readonly Candidate[], roll: number): Candidate {
  const total = equals.reduce((sum, candidate) => sum + candidate.account.weight, 0);
  let left = roll * total;
  for (const candidate of equals) {
    left -= candidate.account.weight;
    if (left < 0) return candidate;
  }
  return equals.at(-1) as Candidate;
}
