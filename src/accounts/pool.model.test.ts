/** Random lives of a pool against what is always true of one: a model that knows only the rules, not the way they are kept. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AccountConfig, Provider, SchedulingMode } from '../model/config.ts';
import type { CooldownOrder, FailureKind } from '../model/failure.ts';
import type { Lease } from '../model/ports.ts';
import { claimants } from '../routing/claims.ts';
import type { Scheduling } from './choose.ts';
import type { CircuitScope } from './circuit-counts.ts';
import { adapterOf, memoryState, unused } from './pool.testing.ts';
import { createAccountPool, type RunningAccountPool } from './pool.ts';

const emails = ['a', 'b', 'c', 'd', 'e'] as const;
const models = ['m', 'n'] as const;
const sessions = ['s', 't'] as const;

type Step =
  | { do: 'lease'; model: string; failed: string[]; session?: string | undefined; avoid?: Provider | undefined }
  | {
      do: 'settle';
      which: number;
      result: 'ok' | 'failed' | 'abandoned';
      cooldown?: CooldownOrder | undefined;
      kind: FailureKind;
    }
  | { do: 'pass'; ms: number }
  | { do: 'restart' };

const accounts = fc
  .uniqueArray(
    fc.record({
      email: fc.constantFrom(...emails),
      provider: fc.constantFrom<Provider>('gemini', 'vertex'),
      enabled: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
      weight: fc.constantFrom(1, 2, 5),
      models: fc.constantFrom(['*'], ['m'], ['n']),
    }),
    { selector: ({ email }) => email, minLength: 1, maxLength: 5 },
  )
  .map((list) => list.map((given): AccountConfig => ({ ...given, credential: 'env:KEY', allowPrivate: false })));

const scheduling = fc.record({
  mode: fc.constantFrom<SchedulingMode>('cache_first', 'balance', 'performance_first'),
  sticky: fc.boolean(),
  maxWaitMs: fc.constantFrom(0, 60_000),
});

const order = fc.record({
  scope: fc.constantFrom<CooldownOrder['scope']>('model', 'account'),
  ms: fc.integer({ min: 1, max: 20_000 }),
  told: fc.boolean(),
  reason: fc.constant('because'),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('lease' as const),
      model: fc.constantFrom(...models),
      failed: fc.subarray([...emails], { maxLength: 4 }),
      session: fc.option(fc.constantFrom(...sessions), { nil: undefined }),
      avoid: fc.option(fc.constantFrom<Provider>('gemini', 'vertex'), { nil: undefined }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      which: fc.nat(),
      result: fc.constantFrom('ok', 'failed', 'failed', 'failed', 'abandoned'),
      cooldown: fc.option(order, { nil: undefined, freq: 1 }),
      kind: fc.constantFrom<FailureKind>('server-error', 'unreachable', 'cut', 'rate-limited', 'empty'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 15_000 }) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
);

it('keeps its promises through every life', () => {
  fc.assert(
    fc.property(accounts, scheduling, fc.array(step, { maxLength: 120 }), fc.integer(), (pool, mode, steps, seed) => {
      new Life(pool, mode, seed).live(steps);
    }),
    { numRuns: 1_000 },
  );
});

it('lives the same life twice', () => {
  fc.assert(
    fc.property(accounts, scheduling, fc.array(step, { maxLength: 40 }), fc.integer(), (pool, mode, steps, seed) => {
      expect(new Life(pool, mode, seed).live(steps)).toEqual(new Life(pool, mode, seed).live(steps));
    }),
    { numRuns: 200 },
  );
});

interface Out {
  readonly lease: Lease;
  readonly model: string;
  /** The circuits whose probe this lease holds. */
  readonly probes: ReadonlySet<string>;
}

/** A circuit that is not closed, on the way to an account and model. */
interface Shut {
  readonly key: string;
  readonly scope: CircuitScope;
  readonly isDue: boolean;
}

class Life {
  readonly #accounts: readonly AccountConfig[];
  readonly #scheduling: Scheduling;
  readonly #state = memoryState();
  readonly #out: Out[] = [];
  readonly #story: unknown[] = [];
  /** Until when each account was told to rest, by account and model or `whole`. */
  readonly #told = new Map<string, number>();
  #now = 1_000_000;
  #seed: number;
  #pool: RunningAccountPool;

  constructor(accounts: readonly AccountConfig[], scheduling: Scheduling, seed: number) {
    this.#accounts = accounts;
    this.#scheduling = scheduling;
    this.#seed = seed >>> 0;
    this.#pool = this.#create();
  }

  live(steps: readonly Step[]): unknown {
    for (const step of steps) {
      if (step.do === 'lease') this.#lease(step);
      else if (step.do === 'settle') this.#settle(step);
      else if (step.do === 'pass') this.#now += step.ms;
      else this.#restart();
      this.#count();
    }
    for (const { lease } of this.#out.splice(0)) lease.settle({ result: 'abandoned' });
    this.#count();
    expect(this.#pool.snapshot().every(({ inFlight }) => inFlight === 0)).toBe(true);
    return this.#story;
  }

  #lease(step: Extract<Step, { do: 'lease' }>): void {
    const { model } = step;
    const failed = new Set(step.failed);
    const base = { protocol: 'gemini', operation: 'generate', model, failed } as const;
    const session = step.session === undefined ? {} : { sessionKey: step.session };
    const wish = { ...base, ...session, ...(step.avoid === undefined ? {} : { avoidProvider: step.avoid }) };
    const serving = this.#accounts.filter(
      (each) => each.enabled && each.models.some((name) => ['*', model].includes(name)),
    );
    const untried = serving.filter(({ email }) => !failed.has(email));
    const free = untried.filter(({ email }) => !this.#rests(email, model));
    expect(this.#pool.another(wish)).toBe(free.length > 0);
    expect(this.#pool.serves('gemini', 'generate', model)).toBe(serving.length > 0);
    const shut = new Map(serving.map(({ email }) => [email, this.#shut(email, model)]));
    const isHopeless = (email: string): boolean =>
      this.#rests(email, model) || (shut.get(email) ?? []).some(({ isDue }) => !isDue);
    expect(this.#pool.isModelOpen('gemini', 'generate', model)).toBe(serving.every(({ email }) => isHopeless(email)));
    const guessed = new Set(
      this.#pool.restingList().flatMap((rest) => ((rest.model ?? model) === model ? rest.email : [])),
    );
    const lease = this.#pool.lease(wish);
    if ('none' in lease) {
      this.#story.push(lease);
      const mayWaitForCache =
        this.#scheduling.mode === 'cache_first' && this.#scheduling.sticky && 'sessionKey' in wish;
      if (free.length > 0) expect([lease.none, mayWaitForCache]).toEqual(['resting', true]);
      else expect(lease.none).toBe(serving.length === 0 ? 'none' : untried.length === 0 ? 'exhausted' : 'resting');
      if (lease.none === 'resting') this.#checkWait(untried, model, lease.inMs ?? 0, free.length > 0);
      return;
    }
    this.#story.push(lease.account.email);
    expect(free).toContain(lease.account);
    if (step.avoid !== undefined && free.some(({ provider }) => provider !== step.avoid)) {
      expect(lease.account.provider).not.toBe(step.avoid);
    }
    const taken = shut.get(lease.account.email) ?? [];
    const isProbe = failed.size === 0 && taken.length > 0 && taken.every(({ isDue }) => isDue);
    const isAvoided = (account: AccountConfig): boolean => account.provider === step.avoid;
    const isWell = (account: AccountConfig): boolean =>
      shut.get(account.email)?.length === 0 &&
      !guessed.has(account.email) &&
      isAvoided(account) === isAvoided(lease.account);
    if (taken.some(({ scope }) => scope !== 'place-model') && !isProbe) expect(free.filter(isWell)).toEqual([]);
    this.#out.push({ lease, model, probes: new Set(taken.filter(({ isDue }) => isDue).map(({ key }) => key)) });
  }

  #shut(email: string, model: string): Shut[] {
    const account = this.#pool.snapshot().find((each) => each.email === email);
    return (account?.circuits ?? []).flatMap((circuit) => {
      if ((circuit.model ?? model) !== model) return [];
      const owner = circuit.scope === 'place-model' ? account?.provider : email;
      const key = `${circuit.scope} ${owner} ${circuit.model ?? ''}`;
      return { key, scope: circuit.scope, isDue: circuit.state === 'half-open' && !circuit.probing };
    });
  }

  /** After the named wait, and not a millisecond before, one of them is back. */
  #checkWait(untried: readonly AccountConfig[], model: string, inMs: number, isForCache: boolean): void {
    expect(inMs).toBeGreaterThan(0);
    if (isForCache) expect(inMs).toBeLessThanOrEqual(this.#scheduling.maxWaitMs);
    if (isForCache) return;
    const waits = untried.map(({ email }) => this.#restUntil(email, model) - this.#now);
    if (this.#scheduling.mode === 'cache_first') expect(waits).toContain(inMs);
    else expect(inMs).toBe(Math.min(...waits));
  }

  #settle({ which, result, cooldown, kind }: Extract<Step, { do: 'settle' }>): void {
    const [out] = this.#out.splice(which % Math.max(this.#out.length, 1), 1);
    if (out === undefined) return;
    const { email } = out.lease.account;
    if (result === 'failed') {
      out.lease.settle({ result, kind, ...(cooldown === undefined ? {} : { cooldown }) });
      const key = `${email} ${cooldown?.scope === 'account' ? 'whole' : out.model}`;
      if (cooldown?.told) this.#told.set(key, Math.max(this.#told.get(key) ?? 0, this.#now + cooldown.ms));
    } else out.lease.settle(result === 'ok' ? { result, sessionKey: 's' } : { result });
    expect(() => out.lease.settle({ result: 'ok' })).toThrow();
  }

  /** Whatever was out when the process ended is gone; who rests is not. */
  #restart(): void {
    const before = this.#pool.restingList();
    this.#out.splice(0);
    this.#pool = this.#create();
    expect(this.#pool.restingList()).toEqual(before);
  }

  /** What is out is counted, and a probe is out exactly once, for as long as the one lease that holds it. */
  #count(): void {
    for (const { email, inFlight, provider, circuits } of this.#pool.snapshot()) {
      expect(inFlight).toBe(this.#out.filter(({ lease }) => lease.account.email === email).length);
      for (const { scope, model = '', probing } of circuits) {
        const key = `${scope} ${scope === 'place-model' ? provider : email} ${model}`;
        expect(this.#out.filter(({ probes }) => probes.has(key)).length).toBe(probing ? 1 : 0);
      }
    }
  }

  #restUntil(email: string, model: string): number {
    return Math.max(this.#told.get(`${email} whole`) ?? 0, this.#told.get(`${email} ${model}`) ?? 0);
  }

  #rests(email: string, model: string): boolean {
    return this.#restUntil(email, model) > this.#now;
  }

  #create(): RunningAccountPool {
    const random = (): number => {
      this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
      return this.#seed / 2 ** 32;
    };
    const world = { now: () => this.#now, random, elapsed: unused, alarm: unused, sleep: unused, id: unused };
    const adapters = { gemini: adapterOf('gemini'), vertex: adapterOf('vertex') };
    return createAccountPool({
      accounts: this.#accounts,
      adapters,
      scheduling: this.#scheduling,
      world,
      state: this.#state,
      claimants,
    });
  }
}
