/**
 * Opens the house's own storage: the journal in requests.db, the state in state.db. A sick disk never stops the gateway: the state then
 * lives in memory, journal rows wait or are counted as lost, and a notice says so.
 */

import { chmodSync, mkdirSync } from 'node:fs';
import type { Fact } from '../../model/journal.ts';
import type { KeyedStateStore, RequestJournal, World } from '../../model/ports.ts';
import type { FinishedRecord, JournalStore, RequestReader } from '../../monitor/rows.ts';
import { askWithin } from './deadline.ts';
import { createRecordQueue } from './journal.ts';
import { createKeeper } from './keeper.ts';
import { createLink, type Link } from './link.ts';
import type { StoredEntry } from './messages.ts';
import { fromPieces } from './pieces.ts';
import { createDurableState } from './state.ts';
import { createJournalStore } from './store.ts';
import type { JournalLimits } from './upkeep.ts';

export interface StorageDependencies {
  readonly directory: string;
  readonly world: World;
  /** Makes the reader of facts that hands over finished records. */
  readonly recorder: (finished: (record: FinishedRecord) => void) => { see(fact: Fact): void };
  /** How long and how much of the journal is kept, asked each time; absent = everything. */
  readonly limits?: () => JournalLimits;
  /** Told what a person should know: a database set aside, a disk that refuses. */
  readonly notice?: (text: string) => void;
}
export interface Storage {
  readonly journal: RequestJournal;
  readonly state: KeyedStateStore;
  readonly query: RequestReader;
  readonly store: JournalStore;
  /** What was lost since the start. */
  dropped(): { readonly bodies: number; readonly records: number; readonly state: number };
  /** Writes what is waiting, then closes; after `CLOSE_MS_MAX` it closes anyway. */
  close(): Promise<void>;
}

const CLOSE_MS_MAX = 5_000;
const UNLIMITED: JournalLimits = { retentionMs: Number.MAX_SAFE_INTEGER, maxSizeBytes: Number.MAX_SAFE_INTEGER };
/** The same trouble is told again only after this time. */
const TROUBLE_QUIET_MS = 60_000;

export async function openStorage(dependencies: StorageDependencies): Promise<Storage> {
  const { directory, world, notice = () => {} } = dependencies;
  const reader = createLink({ role: 'reader', directory }, notice);
  const writer = createLink({ role: 'writer', directory }, (text) => {
    notice(text);
    // The reader may still hold the file that was set aside.
    void reader.stop('the database was replaced');
  });
  const trouble = quietly(world, notice);
  const found = await openDatabases(directory, writer, world, trouble);
  const state = createDurableState(writer, world, found, trouble);
  const keeper = createKeeper(writer, world, dependencies.limits ?? (() => UNLIMITED));
  const records = createRecordQueue(writer, world, trouble, { written: keeper.kick });
  // What an older version left is moved, and what has grown too old meanwhile is deleted.
  keeper.kick();
  const recorder = dependencies.recorder((record) => records.add(record));

  return {
    journal: {
      note(fact) {
        try {
          recorder.see(fact);
        } catch (error) {
          trouble(`journal: a fact could not be recorded: ${String(error)}`);
        }
      },
    },
    state: state.store,
    query: {
      list: async (filter) => fromPieces(await askWithin(world, reader, 'list', { filter }), world),
      find: async (id) => (await askWithin(world, reader, 'find', { id })) ?? undefined,
    },
    store: createJournalStore({ world, reader, writer, keeper }),
    dropped: () => ({ ...records.dropped, state: state.dropped }),
    async close() {
      let late = false;
      const alarm = world.alarm(CLOSE_MS_MAX, () => {
        late = true;
        void writer.stop('it took too long to close');
      });
      try {
        await Promise.all([records.close(), state.close(), keeper.close()]);
        if (!late) await writer.ask('close', {}).catch(() => null);
      } finally {
        alarm.cancel();
        await Promise.all([writer.stop('closed'), reader.stop('closed')]);
      }
    },
  };
}

async function openDatabases(
  directory: string,
  writer: Link,
  world: World,
  trouble: (text: string) => void,
): Promise<readonly StoredEntry[]> {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    chmodSync(directory, 0o700);
    return await writer.ask('open', { now: world.now() });
  } catch (error) {
    trouble(`storage: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

function quietly(world: World, notice: (text: string) => void): (text: string) => void {
  const told = new Map<string, number>();
  return (text) => {
    const now = world.elapsed();
    const before = told.get(text);
    if (before !== undefined && now - before < TROUBLE_QUIET_MS) return;
    if (told.size > TOLD_MAX) told.clear();
    told.set(text, now);
    notice(text);
  };
}
const TOLD_MAX = 100;
