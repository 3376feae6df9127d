/** The state store without a disk: for tests, the simulation and a replica that keeps nothing. */

import type { KeyedStateStore, StateEntry, StateTable } from '../../model/ports.ts';

/** Entries of each table. */
const ENTRIES_MAX = 50_000;

export function createMemoryState(now: () => number): KeyedStateStore {
  const tables: Record<StateTable, Map<string, StateEntry>> = {
    signatures: new Map(),
    cooldowns: new Map(),
    bindings: new Map(),
    responses: new Map(),
  };
  return {
    load(table) {
      const time = now();
      for (const [key, entry] of tables[table]) if (entry.expires <= time) tables[table].delete(key);
      return [...tables[table].values()];
    },
    put(table, entry) {
      const entries = tables[table];
      entries.delete(entry.key);
      entries.set(entry.key, entry);
      if (entries.size > ENTRIES_MAX) entries.delete(entries.keys().next().value as string);
    },
    drop(table, key) {
      tables[table].delete(key);
    },
    get(table, key) {
      const entry = tables[table].get(key);
      return entry !== undefined && entry.expires > now() ? entry : undefined;
    },
  };
}
