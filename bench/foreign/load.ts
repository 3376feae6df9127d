/** The load generator of this benchmark: its own process, never measured. It checks that every stream came with its end; bytes cannot be compared. */

import { createWorld } from '../../src/world.ts';
import { serveParent } from '../child.ts';
import { createClient } from '../streams/client.ts';
import type { StreamsAnswer, StreamsAsk } from '../streams/load.ts';

const world = createWorld();
const client = createClient(world);
const never = new AbortController().signal;

serveParent({ port: 0, pid: process.pid }, { streams: (ask: StreamsAsk) => streams(ask) });

async function streams({ port, pace, count, concurrency }: StreamsAsk): Promise<StreamsAnswer> {
  const started = world.elapsed();
  let next = 0;
  let pieces = 0;
  const lane = async (index: number): Promise<void> => {
    // Paced streams that all start in one instant would move in step for ever.
    if (pace === 'claude-bench-paced') await world.sleep((index * 200) / concurrency, never);
    while (next < count) {
      next += 1;
      pieces += (await client.stream(port, pace)).pieces;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, (_, index) => lane(index)));
  return { ms: world.elapsed() - started, piecesPerStream: pieces / count };
}
