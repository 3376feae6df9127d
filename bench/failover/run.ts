/**
 * The failover benchmark: `npm run bench:failover [-- --only 9] [-- --dialect gemini] [-- --self-test] [-- --show]`. Runs the cells against the built
 * gateway, prints a table, and after a run of all of them writes `docs/FAILOVER.md`. Exit 1 when a cell fails.
 */

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createWorld } from '../../src/world.ts';
import { type CellResult, gatewayFront, runCell } from './cell.ts';
import { anthropic } from './dialects/anthropic.ts';
import { chat } from './dialects/chat.ts';
import type { Dialect } from './dialects/dialect.ts';
import { gemini } from './dialects/gemini.ts';
import { responses } from './dialects/responses.ts';
import { createGate, inLanes } from './lanes.ts';
import { pageOf } from './page.ts';
import { scenarios } from './scenarios.ts';
import { selfTest } from './self-test.ts';
import { show, table } from './table.ts';

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string' },
    dialect: { type: 'string' },
    lanes: { type: 'string', default: '8' },
    'self-test': { type: 'boolean', default: false },
    show: { type: 'boolean', default: false },
  },
});
const world = createWorld();
const dialects: readonly Dialect[] = [anthropic, gemini, chat, responses];
const startsMax = 2;
const chosen = scenarios.flatMap((scenario) =>
  dialects
    .filter(({ name }) => flags.dialect === undefined || flags.dialect === name)
    .filter(() => flags.only === undefined || flags.only.split(',').includes(String(scenario.number)))
    .map((dialect) => ({ scenario, dialect })),
);
const lanes = Number(flags.lanes);
if (chosen.length === 0 || !(lanes >= 1)) {
  console.error(`--only takes numbers from 1 to 16, --dialect ${dialects.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
process.exitCode = (flags['self-test'] ? await selfTest(chosen, dialects, world) : await bench()) ? 0 : 1;

async function bench(): Promise<boolean> {
  const startedMs = world.elapsed();
  const front = gatewayFront(createGate(startsMax), world);
  // The longest first, so that the short ones fill the time beside them.
  const order = [...chosen].sort((a, b) => lengthOf(b.scenario) - lengthOf(a.scenario));
  const results = await inLanes(order, lanes, async ({ scenario, dialect }) => {
    const result = await runCell({ scenario, dialect, front, world });
    console.error(`· ${scenario.number} ${dialect.name}: ${result.passed ? 'pass' : 'FAIL'}`);
    return result;
  });
  const sorted = chosen.map(({ scenario, dialect }) => resultOf(results, scenario.number, dialect.name));
  console.log(table(sorted));
  if (flags.show) for (const result of sorted) if (!result.passed) console.log(show(result));
  const passed = sorted.filter((result) => result.passed).length;
  console.log(`\n${passed} of ${sorted.length} pass`);
  if (sorted.length === scenarios.length * dialects.length) {
    const seconds = Math.round((world.elapsed() - startedMs) / 1_000);
    const file = fileURLToPath(new URL('../../docs/FAILOVER.md', import.meta.url));
    writeFileSync(file, pageOf(sorted, { nowMs: world.now(), seconds, node: process.version }));
    console.error('· docs/FAILOVER.md is written');
  }
  return passed === sorted.length;
}

function lengthOf({ series, firstTokenMsMax }: (typeof scenarios)[number]): number {
  return firstTokenMsMax + (series?.requests ?? 0) * (series?.everyMs ?? 0);
}

function resultOf(results: readonly CellResult[], number: number, name: string): CellResult {
  const found = results.find(({ scenario, dialect }) => scenario.number === number && dialect.name === name);
  if (found === undefined) throw new Error(`cell ${number} ${name} was not run`);
  return found;
}
