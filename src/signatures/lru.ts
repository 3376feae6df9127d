/**
 * A bounded map with expiry over the durable store: least recently used out first. Reading keeps an entry alive; the store is told of that only
 * when half the life is gone, so that a read is not a write. It never holds more than its limits, whatever the store held before.
 */

import type { StateEntry, StateStore, World } from '../model/ports.ts';

export interface LruLimits {
  readonly entriesMax: number;
  /** All entries together. */
  readonly bytesMax: number;
  /** One entry; a larger one is not kept. */
  readonly entryBytesMax: number;
  readonly lifeMs: number;
  /** How often entries that another process wrote are looked for. */
  readonly refreshMs: number;
}

export interface DurableLru {
  get(key: string): string | undefined;
  put(key: string, value: string): void;
  drop(key: string): void;
  /** Takes over what the store has and we do not, at most once per `refreshMs`. */
  refresh(): void;
  readonly entries: number;
  readonly bytes: number;
}

export function createDurableLru(state: StateStore, world: World, limits: LruLimits): DurableLru {
  const held = new Map<string, StateEntry>();
  let bytes = 0;
  let refreshed = Number.NEGATIVE_INFINITY;

  const forget = (key: string): void => {
    const entry = held.get(key);
    if (entry === undefined) return;
    held.delete(key);
    bytes -= sizeOf(entry);
  };
  const hold = (entry: StateEntry): void => {
    forget(entry.key);
    held.set(entry.key, entry);
    bytes += sizeOf(entry);
  };
  const drop = (key: string): void => {
    forget(key);
    state.drop('signatures', key);
  };
  const trim = (): void => {
    for (const key of held.keys()) {
      if (held.size <= limits.entriesMax && bytes <= limits.bytesMax) return;
      drop(key);
    }
  };
  const put = (key: string, value: string): void => {
    const entry = { key, value, expires: world.now() + limits.lifeMs };
    if (sizeOf(entry) > limits.entryBytesMax) return;
    hold(entry);
    state.put('signatures', entry);
    trim();
  };

  const refresh = (): void => {
    const now = world.elapsed();
    if (now - refreshed < limits.refreshMs) return;
    refreshed = now;
    for (const entry of state.load('signatures')) {
      if (entry.expires > world.now() && !held.has(entry.key)) hold(entry);
    }
    trim();
  };

  return {
    get(key) {
      const entry = held.get(key);
      if (entry === undefined) return undefined;
      const left = entry.expires - world.now();
      if (left <= 0) {
        drop(key);
        return undefined;
      }
      if (left < limits.lifeMs / 2) put(key, entry.value);
      else hold(entry);
      return entry.value;
    },
    put,
    drop,
    refresh,
    get entries() {
      return held.size;
    },
    get bytes() {
      return bytes;
    },
  };
}

function sizeOf(entry: StateEntry): number {
  return entry.key.length + entry.value.length * bytesPerCharacter;
}

/** Signatures are ASCII and thinking mostly is; two bytes is what the heap may take for the rest. */
const bytesPerCharacter = 2;
