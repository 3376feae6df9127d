/** `npm run sim [-- SEED | FROM TO]`: many simulated towns outside the test suite, on every core. Prints each failing seed and how far it is; exits 1 when there was one. */

import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { brokenTown, visitsPerTown } from './simulate.ts';
import type { Range, Told } from './worker.ts';

const seedsByDefault = 10_000;
/** So small that all workers end at about the same time. */
const rangeSeeds = 50;
const progressSeeds = 500;
const [first, second] = process.argv.slice(2).map(Number);
const from = first ?? 0;
const to = second ?? (first === undefined ? seedsByDefault : first + 1);

let failed = 0;
let lived = 0;
if (to - from === 1) await replay(from);
else await runAll();
process.exitCode = failed === 0 ? 0 : 1;

async function replay(seed: number): Promise<void> {
  const broken = await brokenTown(seed);
  failed = broken ? 1 : 0;
  console.log(broken?.told ?? `seed ${seed}: every promise kept`);
}

async function runAll(): Promise<void> {
  const ranges: Range[] = [];
  for (let at = from; at < to; at += rangeSeeds) ranges.push({ from: at, to: Math.min(to, at + rangeSeeds) });
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), ranges.length) }, () => work(ranges)));
  console.log(`${lived} towns with ${visitsPerTown} exchanges each: ${failed} with broken promises`);
  if (lived !== to - from) failed += 1;
}

/** One worker process, fed with ranges until none is left. */
function work(ranges: Range[]): Promise<void> {
  const worker = fork(join(import.meta.dirname, 'worker.ts'));
  const feed = (): void => {
    const next = ranges.shift();
    if (next) worker.send(next);
    else worker.disconnect();
  };
  worker.on('message', (told: Told) => {
    if ('broken' in told) {
      failed += 1;
      console.log(told.broken);
      return;
    }
    const before = lived;
    lived += told.done.to - told.done.from;
    const isHeard = Math.floor(before / progressSeeds) < Math.floor(lived / progressSeeds);
    if (isHeard) console.log(`${lived} of ${to - from} towns, ${failed} with broken promises`);
    feed();
  });
  feed();
  return new Promise((resolve, reject) => {
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
  });
}
