/**
 * Which account serves an attempt: a pure function of what is known about the accounts. It leases nothing, waits for nothing and rolls no
 * dice. What is forbidden is decided first (a failed account, a rest that the provider asked for); among the rest a table of preferences.
 */

import type { AccountConfig, Config } from '../model/config.ts';
import type { LeaseWish, NoLease } from '../model/ports.ts';

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
  return preferred(ready, { wish, scheduling, now }, roll);
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

interface Circumstances {
  readonly wish: LeaseWish;
  readonly scheduling: Scheduling;
  readonly now: number;
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
    name: 'bound',
    why: 'a conversation stays with its account, because the provider has its prompt cached there',
    cost: (candidate, { scheduling, now }) => (binds(scheduling) && candidate.bound && !rests(candidate, now) ? 0 : 1),
  },
  {
    name: 'rested',
    why: 'an account is left in peace for as long as we guess it needs, while another can serve',
    cost: (candidate, { now }) => (rests(candidate, now) ? 1 : 0),
  },
  {
    name: 'guess ends first',
    why: 'all rest by guess, and a guess keeps nobody waiting: the one that is back first is asked',
    cost: (candidate, { now }) => (rests(candidate, now) ? (candidate.rest?.until ?? 0) : 0),
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
