/** The load generator: its own process, told by the runner what to ask of whom. It is never measured. */

import { createWorld } from '../../src/world.ts';
import type { Pace } from '../answers.ts';
import { serveParent } from '../child.ts';
import { createClient, type Held } from './client.ts';

export interface StreamsAsk {
  readonly port: number;
  readonly pace: Pace;
  readonly count: number;
  readonly concurrency: number;
}
export interface StreamsAnswer {
  readonly ms: number;
  readonly piecesPerStream: number;
}
export interface FirstByteAsk {
  readonly ports: readonly number[];
  readonly count: number;
}
/** For each port the times to the first byte, in milliseconds. */
export type FirstByteAnswer = readonly (readonly number[])[];
export interface HoldAsk {
  readonly port: number;
  readonly count: number;
}
export interface HeldAnswer {
  readonly alive: number;
  readonly events: number;
}

/** Of so many streams one is compared byte by byte. */
const exactEvery = 20;
/** Slow streams are opened so many at a time. */
const openedAtOnce = 20;

const world = createWorld();
const client = createClient(world);
const held = new Map<number, Held[]>();
const never = new AbortController().signal;

serveParent(
  { port: 0, pid: process.pid },
  {
    streams: ({ port, pace, count, concurrency }: StreamsAsk) => streams({ port, pace, count, concurrency }),
    'first-byte': ({ ports, count }: FirstByteAsk) => firstByte(ports, count),
    hold: ({ port, count }: HoldAsk) => hold(port, count),
    held: async ({ port }: { port: number }) => heldNow(port),
    release: async () => release(),
  },
);

async function streams({ port, pace, count, concurrency }: StreamsAsk): Promise<StreamsAnswer> {
  const started = world.elapsed();
  let next = 0;
  let pieces = 0;
  const isWhole = pace === 'claude-bench-paced' || pace === 'claude-bench-at-once';
  const lane = async (index: number): Promise<void> => {
    // Paced streams that all start in one instant would move in step for ever.
    if (pace === 'claude-bench-paced') await world.sleep((index * 200) / concurrency, never);
    while (next < count) {
      next += 1;
      const end = await client.stream(port, pace, isWhole && next % exactEvery === 0);
      pieces += end.pieces;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, (_, index) => lane(index)));
  return { ms: world.elapsed() - started, piecesPerStream: pieces / count };
}

/** One request at a time, the ports in turn; who comes first changes, so that nobody always follows the same neighbour. */
async function firstByte(ports: readonly number[], count: number): Promise<FirstByteAnswer> {
  const times: number[][] = ports.map(() => []);
  for (let round = 0; round < count; round += 1) {
    for (let step = 0; step < ports.length; step += 1) {
      const index = (round + (round % 2 === 0 ? step : ports.length - step)) % ports.length;
      const end = await client.stream(ports[index] as number, 'claude-bench-brief');
      times[index]?.push(end.firstByteMs);
    }
  }
  return times;
}

async function hold(port: number, count: number): Promise<HeldAnswer> {
  const all: Held[] = [];
  held.set(port, all);
  while (all.length < count) {
    const some = Math.min(openedAtOnce, count - all.length);
    all.push(...(await Promise.all(Array.from({ length: some }, () => client.hold(port)))));
  }
  return heldNow(port);
}

function heldNow(port: number): HeldAnswer {
  const all = held.get(port) ?? [];
  return {
    alive: all.filter((one) => one.alive()).length,
    events: all.reduce((sum, one) => sum + one.events(), 0),
  };
}

function release(): undefined {
  for (const all of held.values()) for (const one of all) one.leave();
  held.clear();
  return undefined;
}
