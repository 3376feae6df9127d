/** An Anthropic client, a Gemini upstream: the gateway beside the same translation with nothing around it, and one event of it beside one forwarded. */

import type { World } from '../../src/model/ports.ts';
import { createProcesses, type Processes } from '../processes.ts';
import { type Contender, startAll } from '../streams/contenders.ts';
import { type Bench, measureStreams, type StreamsResult, warmUp } from '../streams/measure.ts';
import { measurePerEvent, type PerEvent } from './per-event.ts';

export interface ForeignReport {
  readonly names: readonly string[];
  readonly perEvent: PerEvent;
  readonly paced: StreamsResult;
  readonly atOnce: StreamsResult;
}

export const bareTranslationName = 'the translation alone';

const contenders: readonly Contender[] = [
  { name: 'gateway', file: 'foreign/gateway.ts', order: { bodies: 'full' } },
  { name: 'gateway, bodies off', file: 'foreign/gateway.ts', order: { bodies: 'off' } },
  { name: bareTranslationName, file: 'foreign/bare.ts', order: { reuse: true } },
  { name: `${bareTranslationName}, no reuse`, file: 'foreign/bare.ts', order: { reuse: false } },
];

const concurrency = 50;
const fullPlan = {
  rounds: 3,
  warmUp: 300,
  paced: { streams: 150, warmUp: 50 },
  atOnce: { streams: 1_000, warmUp: 200 },
};
const quickPlan = { rounds: 1, warmUp: 100, paced: { streams: 50, warmUp: 0 }, atOnce: { streams: 200, warmUp: 50 } };

interface Order {
  readonly quick: boolean;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export async function runForeign(order: Order, world: World): Promise<ForeignReport> {
  order.say('a foreign answer, event by event');
  const perEvent = measurePerEvent(order);
  const processes = createProcesses(world);
  const ended = new Promise<never>((_resolve, reject) => {
    order.signal.addEventListener('abort', () => reject(order.signal.reason));
  });
  try {
    return await Promise.race([ended, measureAll(perEvent, processes, order, world)]);
  } finally {
    await processes.stopAll();
  }
}

async function measureAll(
  perEvent: PerEvent,
  processes: Processes,
  order: Order,
  world: World,
): Promise<ForeignReport> {
  const { quick, say, signal } = order;
  const plan = quick ? quickPlan : fullPlan;
  const [upstream, load] = await Promise.all([
    processes.start('foreign/upstream.ts', {}),
    processes.start('foreign/load.ts', {}),
  ]);
  const standing = await startAll(processes, contenders, upstream.port);
  const bench: Bench = { world, load, upstream, standing, signal };
  await warmUp(bench, plan.warmUp, concurrency);
  const shared = { rounds: plan.rounds, concurrency };
  say('foreign streams, one event at a time');
  const paced = await measureStreams(bench, { ...shared, ...plan.paced, pace: 'claude-bench-paced' });
  say('foreign streams, all events at once');
  const atOnce = await measureStreams(bench, { ...shared, ...plan.atOnce, pace: 'claude-bench-at-once' });
  return { names: contenders.map(({ name }) => name), perEvent, paced, atOnce };
}
