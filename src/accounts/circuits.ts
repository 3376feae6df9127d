/**
 * All circuits: which of them an account and model pass through, what each attempt says to them, and who is lent a probe. Only in memory,
 * because what was broken before a restart says nothing about now. Never holds more than a limited number.
 */

import type { AccountConfig } from '../model/config.ts';
import type { LeaseResult } from '../model/ports.ts';
import { type Circuit, closedCircuit, type Evidence, type Gate, gateOf, learn, lendProbe, phaseOf } from './circuit.ts';
import { type CircuitScope, COUNTS } from './circuit-counts.ts';
import { MODEL_CHARS_MAX } from './cooldowns.ts';
import { keepRecent } from './least-recent.ts';

/** How a candidate stands: `own` = the account and its model, `place` = the model at the account's provider and address. */
export interface CircuitView {
  readonly own: Gate;
  readonly place: Gate;
  /** When the last of them is half-open. Milliseconds since the epoch. */
  readonly until: number;
}

/** A circuit that is not closed, as people are told of it. */
export interface CircuitSnapshot {
  readonly scope: CircuitScope;
  /** Absent for a whole account. */
  readonly model?: string;
  readonly state: 'open' | 'half-open';
  /** When it left `closed`, and when it is (or was) half-open: milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
  /** Whether an attempt is out that finds out. */
  readonly probing: boolean;
  readonly why: string;
}

/** The probes that an attempt was lent: what `learn` must be given back, in every case. */
export type Probes = ReadonlyMap<string, number>;

export interface Circuits {
  /** Undefined when all are closed. Takes nothing. */
  view(account: AccountConfig, model: string, now: number): CircuitView | undefined;
  /** Takes every free probe on the way to this account and model. */
  probe(account: AccountConfig, model: string, now: number): Probes;
  /** An attempt that began at `begunAt` came back. */
  learn(account: AccountConfig, model: string, attempt: Attempt, now: number): void;
  /** Closes the account's own circuits. */
  clear(email: string): void;
  /** Those on the way to any model of this account that are not closed. */
  of(account: AccountConfig, now: number): readonly CircuitSnapshot[];
}

export interface Attempt {
  readonly result: LeaseResult;
  readonly begunAt: number;
  readonly probes: Probes;
}

/** Model names come from callers; the circuit that was used least recently is forgotten. */
export const CIRCUITS_MAX = 5_000;

/** At one place several accounts must fail: a single one has a circuit of its own. */
const ACCOUNTS_MIN: Readonly<Record<CircuitScope, number>> = { account: 1, 'account-model': 1, 'place-model': 2 };

const SEPARATOR = '\u0000';
const WORST: readonly Gate[] = ['open', 'due', 'closed'];
const NO_PROBES: Probes = new Map();

interface Entry {
  readonly scope: CircuitScope;
  /** The account's label or the place. */
  readonly owner: string;
  readonly model?: string;
  circuit: Circuit;
}

export function createCircuits(): Circuits {
  const entries = new Map<string, Entry>();
  let probesLent = 0;

  return {
    view(account, model, now) {
      const onTheWay = waysOf(account, model).flatMap(({ key }) => entries.get(key) ?? []);
      return viewOf(onTheWay, now);
    },
    probe(account, model, now) {
      const lent = new Map<string, number>();
      for (const { key } of waysOf(account, model)) {
        const entry = entries.get(key);
        if (entry === undefined || gateOf(entry.circuit, now) !== 'due') continue;
        probesLent += 1;
        entry.circuit = lendProbe(entry.circuit, probesLent);
        lent.set(key, probesLent);
      }
      return lent.size === 0 ? NO_PROBES : lent;
    },
    learn(account, model, { result, begunAt, probes }, now) {
      for (const { key, ...way } of waysOf(account, model)) {
        const said = evidenceOf(result, way.scope, account.email, begunAt);
        const entry = entries.get(key) ?? { ...way, circuit: closedCircuit() };
        const probe = probes.get(key);
        if (said.result === 'nothing' && probe === undefined) continue;
        const evidence = { ...said, ...(probe === undefined ? {} : { probe }) };
        entry.circuit = learn(entry.circuit, evidence, now, ACCOUNTS_MIN[way.scope]);
        keepRecent(entries, key, entry, CIRCUITS_MAX);
      }
    },
    clear(email) {
      for (const [key, { scope, owner }] of [...entries]) {
        if (scope !== 'place-model' && owner === email) entries.delete(key);
      }
    },
    of(account, now) {
      const place = placeOf(account);
      return [...entries.values()].flatMap(({ scope, owner, model, circuit }) => {
        const isOnTheWay = owner === (scope === 'place-model' ? place : account.email);
        const phase = phaseOf(circuit, now);
        if (!isOnTheWay || phase === 'closed' || circuit.state === 'closed') return [];
        const { since, until, why, probe } = circuit;
        const named = model === undefined ? {} : { model };
        return [{ scope, ...named, state: phase, since, until, probing: probe !== undefined, why }];
      });
    },
  };
}

function viewOf(onTheWay: readonly Entry[], now: number): CircuitView | undefined {
  const open = onTheWay.flatMap(({ scope, circuit }) => (circuit.state === 'open' ? [{ scope, circuit }] : []));
  if (open.length === 0) return undefined;
  const gates = (isOfPlace: boolean): Gate[] =>
    open.flatMap(({ scope, circuit }) => ((scope === 'place-model') === isOfPlace ? gateOf(circuit, now) : []));
  return {
    own: worst(gates(false)),
    place: worst(gates(true)),
    until: Math.max(...open.map(({ circuit }) => circuit.until)),
  };
}

function worst(gates: readonly Gate[]): Gate {
  return WORST.find((gate) => gates.includes(gate)) ?? 'closed';
}

/** The circuits that an attempt passes through. A name that is too long is nobody's model and has none of its own. */
function waysOf(account: AccountConfig, model: string): (Omit<Entry, 'circuit'> & { readonly key: string })[] {
  const way = (scope: CircuitScope, owner: string, ...of: string[]) => ({
    key: [scope, owner, ...of].join(SEPARATOR),
    scope,
    owner,
    ...(of[0] === undefined ? {} : { model: of[0] }),
  });
  const whole = way('account', account.email);
  if (model.length > MODEL_CHARS_MAX) return [whole];
  return [whole, way('account-model', account.email, model), way('place-model', placeOf(account), model)];
}

/** One provider is many places: an address of one's own, a region. */
function placeOf({ provider, baseUrl, location }: AccountConfig): string {
  return [provider, baseUrl ?? '', location ?? ''].join(' ');
}

function evidenceOf(result: LeaseResult, scope: CircuitScope, email: string, begunAt: number): Evidence {
  if (result.result === 'ok') return { result: 'ok', begunAt };
  if (result.result === 'abandoned' || result.kind === undefined) return { result: 'nothing', begunAt };
  const { kind } = result;
  return COUNTS[kind].against.includes(scope)
    ? { result: 'failed', email, why: kind, begunAt }
    : { result: 'nothing', begunAt };
}
