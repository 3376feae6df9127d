/**
 * The pool of accounts: lends one to each attempt and learns from how it comes back. The choice itself is `choose.ts`; here are the
 * counts, the rests, the circuits and the bindings. Never waits, never resolves a credential, and all its time and chance come from the World.
 */

import type { AccountConfig, Provider } from '../model/config.ts';
import type {
  AccountPool,
  Lease,
  LeaseResult,
  LeaseWish,
  NoLease,
  StateStore,
  UpstreamAdapter,
  World,
} from '../model/ports.ts';
import type { Operation, Protocol } from '../model/request.ts';
import { type Bindings, createBindings } from './bindings.ts';
import { binds, type Candidate, choose, isOpen, isWell, restsAsTold, type Scheduling } from './choose.ts';
import { type CircuitSnapshot, createCircuits, type Probes } from './circuits.ts';
import { type Cooldowns, createCooldowns, type Resting } from './cooldowns.ts';
import { createTimings } from './timings.ts';

export interface AccountPoolDeps {
  readonly accounts: readonly AccountConfig[];
  readonly adapters: Readonly<Partial<Record<Provider, UpstreamAdapter>>>;
  readonly scheduling: Scheduling;
  readonly world: World;
  readonly state: StateStore;
  /** Which accounts a model name belongs to (the routing room's). */
  readonly claimants: (model: string, accounts: readonly AccountConfig[]) => readonly AccountConfig[];
}

/** A rest as people are told of it. `inMs` = what is left of it. */
export interface RestingAccount extends Resting {
  readonly inMs: number;
}

/** An account as people are told of it: everything but its credential. */
export interface AccountSnapshot {
  readonly email: string;
  readonly provider: Provider;
  readonly enabled: boolean;
  readonly weight: number;
  readonly models: readonly string[];
  readonly inFlight: number;
  /** Milliseconds since the epoch; absent = not since the start. */
  readonly lastUsed?: number;
  /** How many conversations are bound to it. */
  readonly bindings: number;
  readonly resting: readonly RestingAccount[];
  /** Those that are not closed: the account's own, and those of its models at its provider and address. */
  readonly circuits: readonly CircuitSnapshot[];
}

export interface RunningAccountPool extends AccountPool {
  /** Takes a new configuration. Counts, rests and bindings of accounts that stay are kept. */
  reload(accounts: readonly AccountConfig[], scheduling: Scheduling): void;
  /** Ends every rest of this account, told ones too, and closes its own circuits: a person says so. */
  reset(email: string): void;
  restingList(): readonly RestingAccount[];
  /** Whether any account serves this at all, resting or not. */
  serves(protocol: Protocol, operation: Operation, model: string): boolean;
  snapshot(): readonly AccountSnapshot[];
}

/** What the pool itself counts of an account. It outlives a removal for as long as leases are out. */
interface Standing {
  inFlight: number;
  lastUsed: number;
  /** Grows when the account becomes a different one under the same label; older leases then say nothing about it. */
  generation: number;
}

/** One lease as the pool remembers it while it is out. */
interface Loan {
  readonly account: AccountConfig;
  readonly wish: LeaseWish;
  readonly leasedAt: number;
  readonly probes: Probes;
  /** A probe took this conversation away from an account that is well: it goes back there afterwards. */
  readonly isGuest: boolean;
}

export function createAccountPool(deps: AccountPoolDeps): RunningAccountPool {
  return new Pool(deps);
}

class Pool implements RunningAccountPool {
  readonly #deps: AccountPoolDeps;
  readonly #cooldowns: Cooldowns;
  readonly #bindings: Bindings;
  readonly #timings = createTimings();
  readonly #circuits = createCircuits();
  readonly #standings = new Map<string, Standing>();
  #accounts: readonly AccountConfig[];
  #scheduling: Scheduling;

  constructor(deps: AccountPoolDeps) {
    this.#deps = deps;
    this.#cooldowns = createCooldowns(deps.state, deps.world.now());
    this.#bindings = createBindings(deps.state, deps.world.now());
    this.#accounts = deps.accounts;
    this.#scheduling = deps.scheduling;
  }

  lease(wish: LeaseWish): Lease | NoLease {
    const { world, adapters } = this.#deps;
    const now = world.now();
    const candidates = this.#candidates(wish, now);
    const choice = choose(candidates, wish, this.#scheduling, now, world.random());
    if ('none' in choice) return choice;
    const { account } = choice;
    const adapter = adapters[account.provider];
    if (adapter === undefined) throw new Error(`chose an account of ${account.provider}, which has no adapter`);
    // Counting tokens may work where generating does not: it neither probes nor speaks for or against anybody.
    const probes: Probes = wish.operation === 'generate' ? this.#circuits.probe(account, wish.model, now) : new Map();
    const home = candidates.find(({ bound }) => bound);
    const isWanted = home !== undefined && !wish.failed.has(home.account.email) && isWell(home, now);
    const isGuest = probes.size > 0 && isWanted && home.account !== account;
    return { account, adapter, settle: this.#lend({ account, wish, leasedAt: now, probes, isGuest }) };
  }

  another(wish: LeaseWish, otherProvider?: Provider): boolean {
    const now = this.#deps.world.now();
    return this.#candidates(wish, now).some(
      (candidate) =>
        !wish.failed.has(candidate.account.email) &&
        !restsAsTold(candidate, now) &&
        (otherProvider === undefined || candidate.account.provider !== otherProvider),
    );
  }

  isModelOpen(protocol: Protocol, operation: Operation, model: string): boolean {
    const now = this.#deps.world.now();
    const wish = { protocol, operation, model, failed: new Set<string>() };
    return this.#candidates(wish, now).every((each) => restsAsTold(each, now) || isOpen(each, operation));
  }

  reload(accounts: readonly AccountConfig[], scheduling: Scheduling): void {
    const next = new Map(accounts.map((account) => [account.email, account]));
    for (const before of this.#accounts) {
      const after = next.get(before.email);
      if (after !== undefined && isSame(before, after)) continue;
      this.reset(before.email);
      const standing = this.#standings.get(before.email);
      if (standing !== undefined) standing.generation += 1;
    }
    const left = new Set(this.#accounts.map(({ email }) => email).filter((email) => !next.has(email)));
    if (left.size > 0) this.#bindings.retain((email) => !left.has(email));
    this.#accounts = accounts;
    this.#scheduling = scheduling;
    for (const email of left) this.#forgetIfGone(email);
  }

  reset(email: string): void {
    this.#cooldowns.clear(email);
    this.#circuits.clear(email);
  }

  restingList(): readonly RestingAccount[] {
    const now = this.#deps.world.now();
    return this.#cooldowns.list(now).map((rest) => ({ ...rest, inMs: Math.ceil(rest.until - now) }));
  }

  serves(protocol: Protocol, operation: Operation, model: string): boolean {
    return this.#serving(protocol, operation, model).length > 0;
  }

  snapshot(): readonly AccountSnapshot[] {
    const now = this.#deps.world.now();
    const rests = this.restingList();
    const counts = this.#bindings.counts(now);
    return this.#accounts.map((account) => {
      const { email, provider, enabled, weight, models } = account;
      const standing = this.#standings.get(email);
      return {
        email,
        provider,
        enabled,
        weight,
        models,
        inFlight: standing?.inFlight ?? 0,
        ...(standing === undefined ? {} : { lastUsed: standing.lastUsed }),
        bindings: counts.get(email) ?? 0,
        resting: rests.filter((rest) => rest.email === email),
        circuits: this.#circuits.of(account, now),
      };
    });
  }

  #serving(protocol: Protocol, operation: Operation, model: string): readonly AccountConfig[] {
    const { adapters, claimants } = this.#deps;
    return claimants(model, this.#accounts).filter(
      ({ enabled, provider }) => enabled && adapters[provider]?.serves(protocol, operation, model) === true,
    );
  }

  #candidates(wish: LeaseWish, now: number): Candidate[] {
    const { model, sessionKey } = wish;
    const bound = sessionKey === undefined ? undefined : this.#bindings.bound(sessionKey, model, now);
    return this.#serving(wish.protocol, wish.operation, model).map((account) => {
      const { email } = account;
      const rest = this.#cooldowns.rest(email, model, now);
      const firstContentMs = this.#timings.firstContentMs(email, model, now);
      const circuits = this.#circuits.view(account, model, now);
      return {
        account,
        inFlight: this.#standings.get(email)?.inFlight ?? 0,
        bound: email === bound,
        ...(rest === undefined ? {} : { rest }),
        ...(firstContentMs === undefined ? {} : { firstContentMs }),
        ...(circuits === undefined ? {} : { circuits }),
      };
    });
  }

  /** Counts the account as lent; the answer gives it back, once. */
  #lend(loan: Loan): (result: LeaseResult) => void {
    const { account, wish, leasedAt, probes } = loan;
    const { email } = account;
    const standing = this.#standings.get(email) ?? { inFlight: 0, lastUsed: leasedAt, generation: 0 };
    this.#standings.set(email, standing);
    const { generation } = standing;
    standing.inFlight += 1;
    standing.lastUsed = leasedAt;
    let isLent = true;
    return (result) => {
      if (!isLent) throw new Error(`a lease of ${email} was settled twice`);
      isLent = false;
      standing.inFlight -= 1;
      const isNews = standing.generation === generation;
      const said: LeaseResult = isNews && wish.operation === 'generate' ? result : { result: 'abandoned' };
      this.#circuits.learn(account, wish.model, { result: said, begunAt: leasedAt, probes }, this.#deps.world.now());
      if (isNews) this.#learn(loan, result);
      this.#forgetIfGone(email);
    };
  }

  #learn({ account: { email }, wish, leasedAt, isGuest }: Loan, result: LeaseResult): void {
    const now = this.#deps.world.now();
    if (result.result === 'failed' && result.cooldown !== undefined) {
      this.#cooldowns.order(email, wish.model, result.cooldown, now);
    }
    if (result.result !== 'ok') return;
    this.#cooldowns.disprove(email, wish.model, leasedAt);
    if (result.firstContentMs !== undefined) this.#timings.see(email, wish.model, result.firstContentMs, now);
    const sessionKey = result.sessionKey ?? wish.sessionKey;
    if (sessionKey === undefined || isGuest || !binds(this.#scheduling)) return;
    this.#bindings.bind(sessionKey, wish.model, email, now);
  }

  #forgetIfGone(email: string): void {
    if (this.#standings.get(email)?.inFlight !== 0) return;
    if (!this.#accounts.some((account) => account.email === email)) this.#standings.delete(email);
  }
}

/** Whether what was learnt about the one holds for the other: the same credential at the same place, and not switched on again. */
function isSame(before: AccountConfig, after: AccountConfig): boolean {
  const isSwitchedOn = !before.enabled && after.enabled;
  const decisive = ['provider', 'credential', 'baseUrl', 'project', 'location', 'tokenUrl'] as const;
  return !isSwitchedOn && decisive.every((key) => before[key] === after[key]);
}
