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

export class DurableLru {
  readonly #state: StateStore;
  readonly #world: World;
  readonly #limits: LruLimits;
  /** Least recently used first. */
  readonly #held = new Map<string, StateEntry>();
  #bytes = 0;
  #refreshed = Number.NEGATIVE_INFINITY;

  constructor(state: StateStore, world: World, limits: LruLimits) {
    this.#state = state;
    this.#world = world;
    this.#limits = limits;
    this.refresh();
  }

  get(key: string): string | undefined {
    const entry = this.#held.get(key);
    if (entry === undefined) return undefined;
    const leftMs = entry.expires - this.#world.now();
    if (leftMs <= 0) {
      this.drop(key);
      return undefined;
    }
    if (leftMs < this.#limits.lifeMs / 2) this.put(key, entry.value);
    else this.#hold(entry);
    return entry.value;
  }

  put(key: string, value: string): void {
    const entry = { key, value, expires: this.#world.now() + this.#limits.lifeMs };
    if (sizeOf(entry) > this.#limits.entryBytesMax) return;
    this.#hold(entry);
    this.#state.put('signatures', entry);
    this.#trim();
  }

  drop(key: string): void {
    this.#forget(key);
    this.#state.drop('signatures', key);
  }

  /** Takes over what the store has and we do not, at most once per `refreshMs`. */
  refresh(): void {
    const elapsed = this.#world.elapsed();
    if (elapsed - this.#refreshed < this.#limits.refreshMs) return;
    this.#refreshed = elapsed;
    for (const entry of this.#state.load('signatures')) {
      if (entry.expires > this.#world.now() && !this.#held.has(entry.key)) this.#hold(entry);
    }
    this.#trim();
  }

  #hold(entry: StateEntry): void {
    this.#forget(entry.key);
    this.#held.set(entry.key, entry);
    this.#bytes += sizeOf(entry);
  }

  #forget(key: string): void {
    const entry = this.#held.get(key);
    if (entry === undefined) return;
    this.#held.delete(key);
    this.#bytes -= sizeOf(entry);
  }

  #trim(): void {
    for (const key of this.#held.keys()) {
      if (this.#held.size <= this.#limits.entriesMax && this.#bytes <= this.#limits.bytesMax) return;
      this.drop(key);
    }
  }
}

/** Signatures are ASCII and thinking mostly is; two bytes is what the heap may take for the rest. */
const bytesPerCharacter = 2;

function sizeOf(entry: StateEntry): number {
  return entry.key.length + entry.value.length * bytesPerCharacter;
}
