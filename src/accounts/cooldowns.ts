/**
 * Who rests, until when and why: per account and model, or for a whole account. Kept in memory and written behind to the state store, so
 * that a rest outlives a restart. Never forgets a time that a provider named before it has passed, except when it is told to.
 */

import type { CooldownOrder } from '../model/failure.ts';
import type { StateStore } from '../model/ports.ts';
import type { Rest } from './choose.ts';

/** One account's rest. `model` is absent when the whole account rests. */
export interface Resting extends Rest {
  readonly email: string;
  readonly model?: string;
}

export interface Cooldowns {
  /** Takes an order at time `now`. A shorter order never shortens a longer one of the same kind. */
  order(email: string, model: string, order: CooldownOrder, now: number): void;
  /** What holds for this account and model now: of the model's own rest and the account's the one that binds more. */
  rest(email: string, model: string, now: number): Rest | undefined;
  /** A success that began at `since` disproves the guesses made before it, for this model and for the whole account. */
  disprove(email: string, model: string, since: number): void;
  clear(email: string): void;
  list(now: number): readonly Resting[];
}

/** Absurd times (years) would take an account away for good; after this much it is asked again, which costs one attempt. */
export const COOLDOWN_MS_MAX = 25 * 60 * 60 * 1_000;
/** Model names come from callers, so the number of remembered rests has a limit; the one that ends first is forgotten. */
export const COOLDOWNS_MAX = 10_000;
/** A longer name is nobody's model; its rest is not remembered. */
export const MODEL_CHARS_MAX = 256;

/** Stands for all models in the store's key. A caller's model of this very name is therefore not remembered. */
const EVERY_MODEL = '*';
const SEPARATOR = '\u0000';

interface Entry extends Resting {
  /** When the order was taken, milliseconds since the epoch. */
  readonly since: number;
}

/** Loads what still holds at `now`. */
export function createCooldowns(state: StateStore, now: number): Cooldowns {
  const entries = new Map<string, Entry>();
  for (const stored of state.load('cooldowns')) {
    const entry = stored.expires > now ? parse(stored.key, stored.value, now) : undefined;
    if (entry === undefined || entry.until <= now) state.drop('cooldowns', stored.key);
    else entries.set(stored.key, entry);
  }

  const forget = (key: string): void => {
    entries.delete(key);
    state.drop('cooldowns', key);
  };
  const current = (key: string, at: number): Entry | undefined => {
    const entry = entries.get(key);
    if (entry === undefined || entry.until > at) return entry;
    forget(key);
    return undefined;
  };

  return {
    order(email, model, order, at) {
      if (!(order.ms > 0) || (order.scope === 'model' && !isMemorable(model))) return;
      const key = keyOf(email, order.scope === 'account' ? undefined : model);
      const until = at + Math.min(order.ms, COOLDOWN_MS_MAX);
      const scope = order.scope === 'account' ? {} : { model };
      const entry: Entry = { email, ...scope, until, told: order.told, reason: order.reason, since: at };
      const before = current(key, at);
      if (before !== undefined && outweighs(before, entry)) {
        // The longer one stays, but only a success that began after this newer failure disproves it.
        entries.set(key, { ...before, since: at });
        return;
      }
      entries.set(key, entry);
      state.put('cooldowns', { key, value: format(entry, order.scope), expires: until });
      if (entries.size > COOLDOWNS_MAX) forget(firstToEnd(entries));
    },
    rest(email, model, at) {
      const whole = current(keyOf(email, undefined), at);
      const single = isMemorable(model) ? current(keyOf(email, model), at) : undefined;
      if (whole === undefined || single === undefined) return whole ?? single;
      return outweighs(whole, single) ? whole : single;
    },
    disprove(email, model, since) {
      for (const key of [keyOf(email, undefined), keyOf(email, model)]) {
        const entry = entries.get(key);
        if (entry !== undefined && !entry.told && entry.since <= since) forget(key);
      }
    },
    clear(email) {
      for (const [key, entry] of [...entries]) if (entry.email === email) forget(key);
    },
    list(at) {
      return [...entries.keys()].flatMap((key) => current(key, at) ?? []).map(({ since: _, ...resting }) => resting);
    },
  };
}

/** A time the provider named counts more than any guess; of two alike the later end counts. */
function outweighs(one: Rest, other: Rest): boolean {
  return one.told === other.told ? one.until >= other.until : one.told;
}

function isMemorable(model: string): boolean {
  return model !== EVERY_MODEL && model.length <= MODEL_CHARS_MAX;
}

function keyOf(email: string, model: string | undefined): string {
  return `${email}${SEPARATOR}${model ?? EVERY_MODEL}`;
}

function format(entry: Entry, scope: CooldownOrder['scope']): string {
  return JSON.stringify({ until: entry.until, told: entry.told, reason: entry.reason, scope });
}

/** Undefined when it is not something that `format` wrote. */
function parse(key: string, value: string, now: number): Entry | undefined {
  const split = key.indexOf(SEPARATOR);
  const email = key.slice(0, Math.max(split, 0));
  const model = key.slice(split + 1);
  const stored = parseObject(value);
  if (split < 0 || typeof stored?.until !== 'number' || typeof stored.told !== 'boolean') return undefined;
  const scope = stored.scope === 'account' ? {} : { model };
  const until = Math.min(stored.until, now + COOLDOWN_MS_MAX);
  return { email, ...scope, until, told: stored.told, reason: String(stored.reason ?? ''), since: now };
}

function parseObject(value: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function firstToEnd(entries: ReadonlyMap<string, Entry>): string {
  let first: [string, Entry] | undefined;
  for (const pair of entries) if (first === undefined || pair[1].until < first[1].until) first = pair;
  return first?.[0] ?? '';
}
