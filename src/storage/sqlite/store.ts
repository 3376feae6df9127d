/** The journal as a whole, asked of the two workers: reading goes to one, making it smaller to the other, in steps between which rows are written. */

import type { World } from '../../model/ports.ts';
import type { JournalStore, RequestFilter, RequestRecord, StatsQuery } from '../../monitor/rows.ts';
import { askWithin } from './deadline.ts';
import type { Keeper } from './keeper.ts';
import type { Link } from './link.ts';
import { SEQ_MAX } from './order.ts';

interface StoreDependencies {
  readonly world: World;
  readonly reader: Link;
  readonly writer: Link;
  readonly keeper: Keeper;
}

const DAY_MS = 86_400_000;
/** Of an export; the reader is free for others between two pages. */
const RECORDS_PER_PAGE_MAX = 50;
/** A search that holds the log for so long is not waited for any longer; its end frees the log. */
const BUSY_TRIES_MAX = 100;
const BUSY_AGAIN_MS = 50;

export function createJournalStore({ world, reader, writer, keeper }: StoreDependencies): JournalStore {
  async function finish(step: (first: boolean) => Promise<'more' | 'busy' | 'done'>): Promise<void> {
    for (let tries = 0, first = true; tries < BUSY_TRIES_MAX; first = false) {
      const state = await step(first);
      if (state === 'done') return;
      if (state === 'more') continue;
      tries += 1;
      await new Promise<void>((resolve) => void world.alarm(BUSY_AGAIN_MS, resolve));
    }
  }
  const cleanse = () => finish((fresh) => writer.ask('cleanse', { now: world.now(), fresh }));
  const compact = () => finish(() => writer.ask('compact', { now: world.now() }));
  async function removeSome(filter: Omit<RequestFilter, 'limit'>): Promise<number> {
    let deleted = 0;
    let below = SEQ_MAX;
    for (let more = true; more; ) {
      const step = await writer.ask('remove', { now: world.now(), filter, below });
      deleted += step.deleted;
      ({ below, more } = step);
    }
    if (deleted > 0) await cleanse();
    return deleted;
  }
  return {
    facets: () => askWithin(world, reader, 'facets', {}),
    stats: (query) => askWithin(world, reader, 'stats', spanOf(query, world.now())),
    sizes: () => askWithin(world, reader, 'sizes', {}),
    records: (filter) => pages(world, reader, filter),
    async remove(filter) {
      await keeper.settled();
      const isAll = Object.values(filter).every((value) => value === undefined);
      const deleted = isAll ? await writer.ask('clear', { now: world.now() }) : await removeSome(filter);
      await compact();
      return deleted;
    },
    async vacuum() {
      await keeper.settled();
      await compact();
    },
  };
}

function spanOf({ by, since, until, timeZone = 'UTC' }: StatsQuery, now: number) {
  const end = until ?? now;
  return { by, since: since ?? end - (by === 'hour' ? DAY_MS : 30 * DAY_MS), until: end, timeZone };
}

async function* pages(world: World, reader: Link, filter: RequestFilter): AsyncGenerator<RequestRecord> {
  let left = filter.limit;
  let before = filter.before;
  while (left > 0) {
    const limit = Math.min(left, RECORDS_PER_PAGE_MAX);
    const ask = { ...filter, limit, ...(before === undefined ? {} : { before }) };
    const page = await askWithin(world, reader, 'records', { filter: ask });
    const last = page.at(-1);
    if (last === undefined) return;
    yield* page;
    left -= page.length;
    before = { time: Date.parse(last.row.time), id: last.row.id };
  }
}
