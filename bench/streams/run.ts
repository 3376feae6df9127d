/** Runs the stream benchmark: starts everybody, measures, stops everybody. */

import type { World } from '../../src/model/ports.ts';
import { findNginx, nginxVersion } from '../peers/find-nginx.ts';
import { createProcesses, type Processes } from '../processes.ts';
import { openFilesMax } from '../usage.ts';
import { type Contender, contenders, startAll } from './contenders.ts';
import {
  type Bench,
  type FirstByteResult,
  type MemoryResult,
  measureFirstByte,
  measureMemory,
  measureStreams,
  type StreamsResult,
  warmUp,
} from './measure.ts';

export interface StreamsReport {
  readonly names: readonly string[];
  readonly nginx: string | undefined;
  readonly paced: StreamsResult;
  readonly atOnce: StreamsResult;
  readonly firstByte: FirstByteResult;
  readonly memory: MemoryResult;
}

interface Plan {
  /** Also the bare passthrough without kept connections. */
  readonly withoutReuse: boolean;
  readonly rounds: number;
  readonly warmUp: number;
  readonly paced: { readonly streams: number; readonly warmUp: number };
  readonly atOnce: { readonly streams: number; readonly warmUp: number };
  readonly firstByteRequests: number;
  readonly memory: { readonly streams: number; readonly settleMs: number; readonly samples: number };
}

const fullPlan: Plan = {
  withoutReuse: true,
  rounds: 3,
  warmUp: 400,
  paced: { streams: 200, warmUp: 50 },
  atOnce: { streams: 1_500, warmUp: 200 },
  firstByteRequests: 400,
  memory: { streams: 1_000, settleMs: 8_000, samples: 8 },
};
/** Shows that everything works; too short to be believed to the last digit. */
const quickPlan: Plan = {
  withoutReuse: false,
  rounds: 1,
  warmUp: 100,
  paced: { streams: 50, warmUp: 0 },
  atOnce: { streams: 200, warmUp: 50 },
  firstByteRequests: 60,
  memory: { streams: 200, settleMs: 1_000, samples: 2 },
};

const concurrency = 50;
/** The gateway opens a limited number of connections to one origin. */
const streamsPerOrigin = 200;
/** Sockets and files that the runner's processes need beside the streams. */
const filesBeside = 400;

export async function runStreams(
  order: { readonly quick: boolean; readonly signal: AbortSignal; readonly say: (line: string) => void },
  world: World,
): Promise<StreamsReport> {
  const plan = order.quick ? quickPlan : fullPlan;
  const program = findNginx(order.say);
  const processes = createProcesses(world);
  const ended = new Promise<never>((_resolve, reject) => {
    order.signal.addEventListener('abort', () => reject(order.signal.reason));
  });
  try {
    return await Promise.race([ended, measureAll(plan, program, processes, order, world)]);
  } finally {
    await processes.stopAll();
  }
}

async function measureAll(
  plan: Plan,
  program: string | undefined,
  processes: Processes,
  order: { readonly signal: AbortSignal; readonly say: (line: string) => void },
  world: World,
): Promise<StreamsReport> {
  const { say, signal } = order;
  const memoryPlan = { ...plan.memory, streams: streamsWithin(plan.memory.streams, say) };
  const origins = Math.ceil(memoryPlan.streams / streamsPerOrigin);
  const list = contenders({ nginx: program, origins, withoutReuse: plan.withoutReuse });
  const [upstream, load] = await Promise.all([
    processes.start('upstream.ts', {}),
    processes.start('streams/load.ts', {}),
  ]);
  const begin = async (): Promise<Bench> => {
    const standing = await startAll(processes, list, upstream.port);
    return { world, load, upstream, standing, signal };
  };

  const bench = await begin();
  say('warming up');
  await warmUp(bench, plan.warmUp, concurrency);
  say('time to first byte');
  const firstByte = await measureFirstByte(bench, { rounds: plan.rounds, requests: plan.firstByteRequests });
  say('streams, one event at a time');
  const shared = { rounds: plan.rounds, concurrency };
  const paced = await measureStreams(bench, { ...shared, ...plan.paced, pace: 'claude-bench-paced' });
  say('streams, all events at once');
  const atOnce = await measureStreams(bench, { ...shared, ...plan.atOnce, pace: 'claude-bench-at-once' });
  await Promise.all(bench.standing.map(({ process }) => process.stop()));

  say(`memory at ${memoryPlan.streams} slow streams`);
  const fresh = await begin();
  await warmUp(fresh, Math.ceil(plan.warmUp / 4), concurrency);
  const memory = await measureMemory(fresh, memoryPlan);
  const nginx = program === undefined ? undefined : nginxVersion(program);
  return { names: namesOf(list), nginx, paced, atOnce, firstByte, memory };
}

function namesOf(list: readonly Contender[]): readonly string[] {
  return list.map(({ name }) => name);
}

/** The upstream and the load generator hold the streams of all contenders at once. */
function streamsWithin(wanted: number, say: (line: string) => void): number {
  const contendersMax = 5;
  const possible = Math.floor((openFilesMax() - filesBeside) / contendersMax);
  if (possible >= wanted) return wanted;
  say(
    `a process may open ${openFilesMax()} files here (ulimit -n): memory is measured at ${possible} streams instead of ${wanted}`,
  );
  return possible;
}
