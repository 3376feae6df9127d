/**
 * Where the gateway's processor time goes: `node bench/profile.ts [paced|at-once]` runs it under V8's sampling profiler while streams pass, and
 * prints the functions with the most time of their own. The profile itself, for a flame graph, stays in `bench/results/`.
 */

import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createWorld } from '../src/world.ts';
import { createProcesses } from './processes.ts';
import type { StreamsAnswer, StreamsAsk } from './streams/load.ts';

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const plans = {
  paced: { pace: 'claude-bench-paced', count: 500 },
  'at-once': { pace: 'claude-bench-at-once', count: 4_000 },
} as const;
const concurrency = 50;
const functionsShown = 30;

const wanted = process.argv[2] ?? 'paced';
if (wanted !== 'paced' && wanted !== 'at-once') throw new Error('say paced or at-once');
const world = createWorld();
const processes = createProcesses(world);
const directory = fileURLToPath(new URL(`results/profile-${wanted}-${world.id()}`, import.meta.url));
mkdirSync(directory, { recursive: true });
try {
  const [upstream, load] = await Promise.all([
    processes.start('upstream.ts', {}),
    processes.start('streams/load.ts', {}),
  ]);
  const order = { bodies: 'full', origins: 1, upstreamPort: upstream.port };
  const gateway = await processes.start('peers/gateway.ts', order, ['--cpu-prof', `--cpu-prof-dir=${directory}`]);
  const ask: StreamsAsk = { port: gateway.port, ...plans[wanted], concurrency };
  await load.ask<StreamsAnswer>('streams', ask);
} finally {
  await processes.stopAll();
}
for (const file of readdirSync(directory)) show(join(directory, file));

function show(file: string): void {
  const profile = JSON.parse(readFileSync(file, 'utf8')) as Profile;
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const selfMs = new Map<string, number>();
  profile.samples.forEach((id, index) => {
    const name = names.get(id) ?? '?';
    selfMs.set(name, (selfMs.get(name) ?? 0) + (profile.timeDeltas[index] ?? 0) / 1_000);
  });
  const busyMs = [...selfMs].reduce((sum, [name, ms]) => (name.startsWith('(idle)') ? sum : sum + ms), 0);
  const top = [...selfMs].filter(([name]) => !name.startsWith('(idle)')).sort((a, b) => b[1] - a[1]);
  console.log(`\n${file} (${statSync(file).size} bytes): ${busyMs.toFixed(0)} ms busy`);
  for (const [name, ms] of top.slice(0, functionsShown)) {
    console.log(`${((ms * 100) / busyMs).toFixed(1).padStart(5)} %  ${ms.toFixed(0).padStart(6)} ms  ${name}`);
  }
}

function nameOf({ functionName, url, lineNumber }: Profile['nodes'][number]['callFrame']): string {
  const place = url.replace(/^file:\/\/.*\/(src|bench|node_modules)\//, '$1/');
  // V8 names a compiled pattern by its text, and the redactor's pattern holds secrets.
  const name = functionName.startsWith('RegExp:') ? '(a regular expression)' : functionName || '(anonymous)';
  return place === '' ? name : `${name}  ${place}:${lineNumber + 1}`;
}
