/**
 * The small durable tables (signatures, cooldowns, bindings, responses): read from memory, written behind. What is in memory is the truth of this
 * process; the disk follows within a batch. Least recently put goes first when a table is full.
 */

import type { KeyedStateStore, StateEntry, StateTable, World } from '../../model/ports.ts';
import { type Link, StorageError } from './link.ts';
import type { StateChange, StoredEntry } from './messages.ts';
import { createPump } from './pump.ts';

export interface DurableState {
  readonly store: KeyedStateStore;
  /** Sends what is waiting; what the disk refuses then is lost and counted. */
  close(): Promise<void>;
  /** Changes that never reached the disk, and entries that were too large to keep. */
  readonly dropped: number;
}

/** Entries of each table. */
export const STATE_ENTRIES_MAX: Readonly<Record<StateTable, number>> = {
  signatures: 50_000,
  cooldowns: 10_000,
  bindings: 50_000,
  responses: 500,
};
const ENTRY_CHARS_MAX = 1024 * 1024;
const BATCH_CHARS_MAX = 1024 * 1024;
/** Changes waiting for a sick disk. */
const CHANGES_MAX = 100_000;

export function createDurableState(
  link: Pick<Link, 'ask'>,
  world: World,
  found: readonly StoredEntry[],
  trouble: (text: string) => void,
): DurableState {
  const changes = createChanges();
  const pump = createPump(world, { waiting: () => changes.size() > 0, send });

  async function send(): Promise<'sent' | 'failed'> {
    const batch = changes.take();
    try {
      await link.ask('write-state', { now: world.now(), changes: batch });
      return 'sent';
    } catch (error) {
      trouble(`state.db: ${error instanceof Error ? error.message : String(error)}`);
      if (error instanceof StorageError && !error.again) {
        changes.lose(batch.length);
        return 'sent';
      }
      changes.putBack(batch);
      return 'failed';
    }
  }

  const note = (change: StateChange): void => {
    changes.add(change);
    pump.kick(changes.chars() >= BATCH_CHARS_MAX);
  };
  return {
    store: createTables(world, found, note, () => changes.lose(1)),
    async close() {
      await pump.drain();
      pump.stop();
      changes.lose(changes.size());
    },
    get dropped() {
      return changes.lost();
    },
  };
}

/** What is in memory; every change is told to `note`. */
function createTables(
  world: World,
  found: readonly StoredEntry[],
  note: (change: StateChange) => void,
  tooLarge: () => void,
): KeyedStateStore {
  const tables: Record<StateTable, Map<string, StateEntry>> = {
    signatures: new Map(),
    cooldowns: new Map(),
    bindings: new Map(),
    responses: new Map(),
  };
  for (const { table, key, value, expires } of found) tables[table]?.set(key, { key, value, expires });

  function dropEntry(table: StateTable, key: string): void {
    if (tables[table].delete(key)) note({ change: 'drop', table, key });
  }
  return {
    load(table) {
      const now = world.now();
      // The disk forgets expired entries by itself with its next batch.
      for (const [key, entry] of tables[table]) if (entry.expires <= now) tables[table].delete(key);
      return [...tables[table].values()];
    },
    put(table, entry) {
      if (entry.key.length + entry.value.length > ENTRY_CHARS_MAX) {
        tooLarge();
        return;
      }
      const entries = tables[table];
      entries.delete(entry.key);
      entries.set(entry.key, entry);
      note({ change: 'put', table, entry });
      if (entries.size > STATE_ENTRIES_MAX[table]) dropEntry(table, entries.keys().next().value as string);
    },
    drop: dropEntry,
    get(table, key) {
      const entry = tables[table].get(key);
      return entry !== undefined && entry.expires > world.now() ? entry : undefined;
    },
  };
}

/** Pending changes, only the latest of each entry, in the order of their last change. */
function createChanges() {
  let pending = new Map<string, StateChange>();
  let chars = 0;
  let lost = 0;

  function remove(name: string): void {
    const before = pending.get(name);
    if (before === undefined) return;
    chars -= charsOf(before);
    pending.delete(name);
  }
  function add(change: StateChange): void {
    const name = nameOf(change);
    remove(name);
    pending.set(name, change);
    chars += charsOf(change);
    if (pending.size <= CHANGES_MAX) return;
    remove(pending.keys().next().value as string);
    lost += 1;
  }

  return {
    add,
    size: () => pending.size,
    chars: () => chars,
    lost: () => lost,
    lose(count: number) {
      lost += count;
    },
    take(): StateChange[] {
      const batch: StateChange[] = [];
      let batchChars = 0;
      for (const [name, change] of pending) {
        if (batchChars >= BATCH_CHARS_MAX) break;
        batch.push(change);
        batchChars += charsOf(change);
        remove(name);
      }
      return batch;
    },
    /** Older than what is pending now, and overruled by it. */
    putBack(batch: readonly StateChange[]) {
      const later = pending;
      pending = new Map();
      chars = 0;
      for (const change of batch) add(change);
      for (const change of later.values()) add(change);
    },
  };
}

function nameOf(change: StateChange): string {
  return `${change.table} ${change.change === 'put' ? change.entry.key : change.key}`;
}
function charsOf(change: StateChange): number {
  return change.change === 'put' ? change.entry.key.length + change.entry.value.length : change.key.length;
}
