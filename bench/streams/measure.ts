/** The three measurements: processor time of whole streams, time to first byte, memory at many slow streams. Rounds are interleaved. */

import type { World } from '../../src/model/ports.ts';
import type { Pace } from '../answers.ts';
import { eventsPerStream } from '../answers.ts';
import { quantile } from '../numbers.ts';
import type { Running } from '../processes.ts';
import { cpuMs, residentKilobytes, untilQuiet } from '../usage.ts';
import type { Standing } from './contenders.ts';
import type { FirstByteAnswer, FirstByteAsk, HeldAnswer, HoldAsk, StreamsAnswer, StreamsAsk } from './load.ts';

export interface Bench {
  readonly world: World;
  readonly load: Running;
  readonly upstream: Running;
  readonly standing: readonly Standing[];
  readonly signal: AbortSignal;
}

/** One value per round, by the contender's name. */
export type Rounds = Readonly<Record<string, readonly number[]>>;

export interface StreamsPlan {
  readonly pace: Pace;
  readonly rounds: number;
  readonly streams: number;
  readonly warmUp: number;
  readonly concurrency: number;
}
export interface StreamsResult {
  /** Milliseconds of processor time for 1,000 streams. */
  readonly cpuMs: Rounds;
  readonly eventsPerSecond: Rounds;
  /** Reads in which a client got one stream: shows whether a contender kept up. */
  readonly readsPerStream: Rounds;
}

export async function warmUp(bench: Bench, streams: number, concurrency: number): Promise<void> {
  for (const { process } of bench.standing) {
    const ask = { port: process.port, count: streams, concurrency };
    await streamsOf(bench, { ...ask, pace: 'claude-bench-at-once' });
    await streamsOf(bench, { ...ask, pace: 'claude-bench-brief' });
  }
}

export async function measureStreams(bench: Bench, plan: StreamsPlan): Promise<StreamsResult> {
  const { pace, concurrency } = plan;
  const cpu = series(bench);
  const events = series(bench);
  const reads = series(bench);
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const { contender, process } of rotated(bench.standing, round)) {
      if (plan.warmUp > 0) await streamsOf(bench, { port: process.port, pace, count: plan.warmUp, concurrency });
      await untilQuiet(process.pid, bench.world, bench.signal);
      const before = cpuMs(process.pid);
      const ended = await streamsOf(bench, { port: process.port, pace, count: plan.streams, concurrency });
      await untilQuiet(process.pid, bench.world, bench.signal);
      cpu[contender.name]?.push(((cpuMs(process.pid) - before) / plan.streams) * 1_000);
      events[contender.name]?.push((plan.streams * eventsPerStream * 1_000) / ended.ms);
      reads[contender.name]?.push(ended.piecesPerStream);
    }
  }
  return { cpuMs: cpu, eventsPerSecond: events, readsPerStream: reads };
}

export interface FirstByteResult {
  /** Milliseconds more than direct, at the middle and at the 99th of 100. */
  readonly addedP50Ms: Rounds;
  readonly addedP99Ms: Rounds;
  readonly directP50Ms: readonly number[];
  readonly directP99Ms: readonly number[];
}

export async function measureFirstByte(
  bench: Bench,
  plan: { readonly rounds: number; readonly requests: number },
): Promise<FirstByteResult> {
  const p50 = series(bench);
  const p99 = series(bench);
  const direct50: number[] = [];
  const direct99: number[] = [];
  const ports = [bench.upstream.port, ...bench.standing.map(({ process }) => process.port)];
  const ask = (count: number) => bench.load.ask<FirstByteAnswer>('first-byte', { ports, count } satisfies FirstByteAsk);
  await ask(Math.ceil(plan.requests / 10));
  for (let round = 0; round < plan.rounds; round += 1) {
    const [direct = [], ...others] = await ask(plan.requests);
    direct50.push(quantile(direct, 0.5));
    direct99.push(quantile(direct, 0.99));
    bench.standing.forEach(({ contender }, index) => {
      const times = others[index] ?? [];
      p50[contender.name]?.push(quantile(times, 0.5) - quantile(direct, 0.5));
      p99[contender.name]?.push(quantile(times, 0.99) - quantile(direct, 0.99));
    });
  }
  return { addedP50Ms: p50, addedP99Ms: p99, directP50Ms: direct50, directP99Ms: direct99 };
}

export interface MemoryResult {
  readonly streams: number;
  readonly idleMegabytes: Rounds;
  /** Samples of the same processes while the streams run. */
  readonly kilobytesPerStream: Rounds;
  /** Milliseconds of processor time in one second of all streams, each with an event a second. */
  readonly cpuMsPerSecond: Rounds;
  /** Streams that were still open at the end. */
  readonly alive: Rounds;
}

const idleMs = 1_500;
const sampleMs = 1_000;

/** All contenders hold their streams at the same time. Wants contenders that were started for it: an earlier load leaves memory behind. */
export async function measureMemory(
  bench: Bench,
  plan: { readonly streams: number; readonly settleMs: number; readonly samples: number },
): Promise<MemoryResult> {
  const { world, signal, standing } = bench;
  const [idle, kilobytes, cpu, alive] = [series(bench), series(bench), series(bench), series(bench)];
  await world.sleep(idleMs, signal);
  const idleKilobytes = standing.map(({ process }) => residentKilobytes(process.pid));
  const ports = standing.map(({ process }) => process.port);
  const asks = ports.map((port) => bench.load.ask<HeldAnswer>('hold', { port, count: plan.streams } satisfies HoldAsk));
  await Promise.all(asks);
  await world.sleep(plan.settleMs, signal);
  for (let sample = 0; sample < plan.samples; sample += 1) {
    const before = standing.map(({ process }) => cpuMs(process.pid));
    const started = world.elapsed();
    await world.sleep(sampleMs, signal);
    standing.forEach(({ contender, process }, index) => {
      const seconds = (world.elapsed() - started) / 1_000;
      const grown = residentKilobytes(process.pid) - (idleKilobytes[index] as number);
      kilobytes[contender.name]?.push(grown / plan.streams);
      cpu[contender.name]?.push((cpuMs(process.pid) - (before[index] as number)) / seconds);
    });
  }
  for (const [index, { contender, process }] of standing.entries()) {
    const now = await bench.load.ask<HeldAnswer>('held', { port: process.port });
    alive[contender.name]?.push(now.alive);
    idle[contender.name]?.push((idleKilobytes[index] as number) / 1_024);
  }
  await bench.load.ask('release', {});
  return { streams: plan.streams, idleMegabytes: idle, kilobytesPerStream: kilobytes, cpuMsPerSecond: cpu, alive };
}

async function streamsOf(bench: Bench, ask: StreamsAsk): Promise<StreamsAnswer> {
  try {
    return await bench.load.ask<StreamsAnswer>('streams', ask);
  } catch (error) {
    const whose = bench.standing.find(({ process }) => process.port === ask.port)?.contender.name ?? 'direct';
    throw new Error(`${whose}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function series(bench: Bench): Record<string, number[]> {
  return Object.fromEntries(bench.standing.map(({ contender }) => [contender.name, []]));
}

function rotated<T>(list: readonly T[], by: number): readonly T[] {
  const at = by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}
