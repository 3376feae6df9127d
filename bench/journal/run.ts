/**
 * The journal at a million rows: `node bench/journal/run.ts [--rows N]`. Fills a journal of its own, asks every filter, compares its size with the size
 * that is allowed, and measures what a search costs the requests being served. Everything it made is gone when it ends.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openStorage } from '../../src/storage/sqlite/open.ts';
import { createWorld } from '../../src/world.ts';
import { quantile } from '../numbers.ts';
import { measureDataPath } from './data-path.ts';
import { measureDeleting } from './deleting.ts';
import { fill } from './fill.ts';
import { type Measured, measureFilters } from './filters.ts';

const LIMIT_MS = 100;
const RUN_MS_MAX = 1_200_000;
const MAX_SIZE_BYTES = 1024 ** 3;
const results = fileURLToPath(new URL('../results/', import.meta.url));

const { values: flags } = parseArgs({ options: { rows: { type: 'string', default: '1000000' } } });
const world = createWorld();
const say = (line: string): void => console.error(`· ${line}`);
const directory = mkdtempSync(join(tmpdir(), 'agt-journal-'));
const forget = (): void => rmSync(directory, { recursive: true, force: true });
const stop = (why: string) => (): void => {
  console.error(why);
  forget();
  process.exit(1);
};
const late = world.alarm(RUN_MS_MAX, stop(`longer than ${RUN_MS_MAX} ms`));
process.once('SIGINT', stop('interrupted'));
process.once('SIGTERM', stop('ended'));
try {
  const rows = Number(flags.rows);
  const load = loadavg()[0] ?? 0;
  const before = world.elapsed();
  const filled = fill(directory, rows, world.now(), say);
  const filledS = (world.elapsed() - before) / 1000;
  const { filters, sizes, stats } = await ask(filled);
  show(filters);
  const megabytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(0)} MB`;
  console.log(
    `\n${rows.toLocaleString('en-US')} rows written in ${filledS.toFixed(0)} s, load ${load.toFixed(1)} before`,
  );
  console.log(
    `files: ${megabytes(sizes.bytes)} with ${sizes.requests} requests, of ${megabytes(MAX_SIZE_BYTES)} allowed by default`,
  );
  for (const [by, ms] of stats) console.log(`${by}: ${ms.toFixed(0)} ms`);
  const path = await measureDataPath(directory, world, { pairs: 10, turnMs: 8_000 });
  console.log(`\ndata path, ${path.requests} requests, ${path.searches} searches:`);
  console.log(`  quiet      p50 ${path.quiet.p50Ms.toFixed(2)} ms, p99 ${path.quiet.p99Ms.toFixed(2)} ms`);
  console.log(`  searching  p50 ${path.searching.p50Ms.toFixed(2)} ms, p99 ${path.searching.p99Ms.toFixed(2)} ms`);
  const differences = path.p99DifferencesMs.map((ms) => ms.toFixed(2));
  console.log(`  p99 difference of each pair: ${differences.join(', ')} ms`);
  console.log(`  their median: ${quantile(path.p99DifferencesMs, 0.5).toFixed(2)} ms`);
  console.log(
    `  processor time for one search: ${path.mainMsPerSearch.toFixed(2)} ms of the thread that serves, ${path.allMsPerSearch.toFixed(2)} ms in all`,
  );
  const deletions = await measureDeleting(directory, world, filled.conversation);
  for (const { what, deleted, ms, written, waitedP50Ms, waitedMaxMs, bytesAfter } of deletions) {
    const waited = `${written} rows waited ${waitedP50Ms.toFixed(0)} ms, at most ${waitedMaxMs.toFixed(0)} ms`;
    console.log(`deleting ${what}: ${deleted} in ${ms.toFixed(0)} ms, ${waited}, then ${megabytes(bytesAfter)}`);
  }
  mkdirSync(results, { recursive: true });
  const time = new Date(world.now()).toISOString();
  const report = { time, rows, load, filledS, filters, sizes, stats, path, deletions };
  writeFileSync(join(results, 'journal.json'), `${JSON.stringify(report, undefined, 1)}\n`);
} finally {
  late.cancel();
  forget();
}

async function ask(filled: ReturnType<typeof fill>) {
  const storage = await openStorage({
    directory,
    world,
    recorder: () => ({ see: () => undefined }),
    notice: say,
    limits: () => ({ retentionMs: 90 * 86_400_000, maxSizeBytes: MAX_SIZE_BYTES }),
  });
  try {
    // Within its limits, as a gateway of the defaults would bring it.
    await storage.store.vacuum();
    const filters = await measureFilters(storage, filled, () => world.elapsed());
    const sizes = await storage.store.sizes();
    const stats: [string, number][] = [];
    const timed = async (what: string, work: () => Promise<unknown>): Promise<void> => {
      const times: number[] = [];
      for (let round = 0; round < 5; round += 1) {
        const before = world.elapsed();
        await work();
        times.push(world.elapsed() - before);
      }
      stats.push([what, quantile(times, 0.5)]);
    };
    const thirty = { since: filled.from, until: filled.to };
    for (const by of ['hour', 'day', 'model', 'account'] as const) {
      await timed(`stats by ${by}, 30 days`, () => storage.store.stats({ by, ...thirty, timeZone: 'Europe/Berlin' }));
    }
    await timed('facets', () => storage.store.facets());
    await timed('sizes', () => storage.store.sizes());
    return { filters, sizes, stats };
  } finally {
    await storage.close();
  }
}

function show(filters: readonly Measured[]): void {
  console.log(`| question | rows | median ms | slowest ms | first ms | under ${LIMIT_MS} ms |`);
  console.log('|---|---|---|---|---|---|');
  for (const { what, rows, medianMs, maxMs, firstMs } of filters) {
    const told = maxMs < LIMIT_MS ? 'yes' : 'no';
    console.log(
      `| ${what} | ${rows} | ${medianMs.toFixed(1)} | ${maxMs.toFixed(1)} | ${firstMs.toFixed(1)} | ${told} |`,
    );
  }
}
