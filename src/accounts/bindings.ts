/**
 * Which account a conversation last succeeded on, per model, because prompt caches are per account and model. Bounded, least recently
 * used out first, with an expiry, and kept in the state store. Never says whether that account may be asked now.
 */

import type { StateStore } from '../model/ports.ts';

export interface Bindings {
  /** The label of the account, or undefined. */
  bound(sessionKey: string, model: string, now: number): string | undefined;
  bind(sessionKey: string, model: string, email: string, now: number): void;
  /** Drops the bindings to accounts that `keeps` does not want. */
  retain(keeps: (email: string) => boolean): void;
  /** How many conversations each account has. */
  counts(now: number): ReadonlyMap<string, number>;
}

export const BINDINGS_MAX = 10_000;
export const BINDING_TTL_MS = 2 * 60 * 60 * 1_000;
/** Session keys and model names come from callers; longer ones are not remembered. */
export const BINDING_KEY_CHARS_MAX = 1_024;

const SEPARATOR = '\u0000';

interface Binding {
  readonly email: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

/** Loads what still holds at `now`. */
export function createBindings(state: StateStore, now: number): Bindings {
  /** Least recently used first: a Map keeps the order of insertion. */
  const bindings = new Map<string, Binding>();
  const forget = (key: string): void => {
    bindings.delete(key);
    state.drop('bindings', key);
  };
  const trim = (): void => {
    const oldest = bindings.keys().next();
    if (bindings.size > BINDINGS_MAX && oldest.done !== true) forget(oldest.value);
  };
  for (const { key, value, expires } of state.load('bindings')) {
    const email = expires > now ? emailOf(value) : undefined;
    if (email === undefined) state.drop('bindings', key);
    else bindings.set(key, { email, expires });
    trim();
  }

  return {
    bound(sessionKey, model, at) {
      const binding = bindings.get(keyOf(sessionKey, model));
      return binding !== undefined && binding.expires > at ? binding.email : undefined;
    },
    bind(sessionKey, model, email, at) {
      const key = keyOf(sessionKey, model);
      if (key.length > BINDING_KEY_CHARS_MAX) return;
      const expires = at + BINDING_TTL_MS;
      bindings.delete(key);
      bindings.set(key, { email, expires });
      state.put('bindings', { key, value: JSON.stringify({ email }), expires });
      trim();
    },
    retain(keeps) {
      for (const [key, { email }] of [...bindings]) if (!keeps(email)) forget(key);
    },
    counts(at) {
      const counts = new Map<string, number>();
      for (const { email, expires } of bindings.values()) {
        if (expires > at) counts.set(email, (counts.get(email) ?? 0) + 1);
      }
      return counts;
    },
  };
}

function keyOf(sessionKey: string, model: string): string {
  return `${sessionKey}${SEPARATOR}${model}`;
}

/** Undefined when it is not something that `bind` wrote. */
function emailOf(value: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(value);
    const email = typeof parsed === 'object' && parsed !== null ? (parsed as { email?: unknown }).email : undefined;
    return typeof email === 'string' ? email : undefined;
  } catch {
    return undefined;
  }
}
