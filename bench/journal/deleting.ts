/** What a deletion costs, and how long rows that end meanwhile wait until they can be read. */

import type { Fact } from '../../src/model/journal.ts';
import type { World } from '../../src/model/ports.ts';
import type { FinishedRecord } from '../../src/monitor/rows.ts';
import { openStorage } from '../../src/storage/sqlite/open.ts';
import { quantile } from '../numbers.ts';
import { createRows } from './rows.ts';

export interface Deletion {
  readonly what: string;
  readonly deleted: number;
  readonly ms: number;
  readonly written: number;
  readonly waitedP50Ms: number;
  readonly waitedMaxMs: number;
  readonly bytesAfter: number;
}

const QUIET_MS = 3_000;
const PAUSE_MS = 20;

export async function measureDeleting(directory: string, world: World, conversation: string): Promise<Deletion[]> {
  const noted = new Map<string, FinishedRecord>();
  const recorder = (finished: (record: FinishedRecord) => void) => ({
    see: (fact: Fact) => finished(noted.get(fact.id) as FinishedRecord),
  });
  const storage = await openStorage({ directory, world, recorder, notice: console.error });
  const never = new AbortController().signal;
  const rows = createRows('deleting', 1_000_000, world.now(), world.now() + 1_000_000_000);

  async function during(what: string, work: () => Promise<number>): Promise<Deletion> {
    const waits: number[] = [];
    let working = true;
    const before = world.elapsed();
    const working_ = work().finally(() => {
      working = false;
    });
    while (working) {
      const record = rows.next();
      const { id } = record.row;
      noted.set(id, record);
      const start = world.elapsed();
      storage.journal.note({ fact: 'exchange-ended', id } as Fact);
      // Everything may be deleted before it has been seen.
      while (working && (await storage.query.find(id)) === undefined) await world.sleep(2, never);
      waits.push(world.elapsed() - start);
      noted.delete(id);
      await world.sleep(PAUSE_MS, never);
    }
    const deleted = await working_;
    const ms = world.elapsed() - before;
    const { bytes: bytesAfter } = await storage.store.sizes();
    const told = { written: waits.length, waitedP50Ms: quantile(waits, 0.5), waitedMaxMs: Math.max(...waits) };
    return { what, deleted, ms, ...told, bytesAfter };
  }

  try {
    const quiet = () => world.sleep(QUIET_MS, never).then(() => 0);
    return [
      await during('nothing', quiet),
      await during('one conversation', () => storage.store.remove({ conversation })),
      await during('all failed', () => storage.store.remove({ outcome: 'failed' })),
      await during('everything', () => storage.store.remove({})),
    ];
  } finally {
    await storage.close();
  }
}
