/** A plan that serves given bytes as they are, in chosen chunks: for recordings that somebody hands in. */

import { between, createChance } from './seed.ts';
import type { LabStep } from './step.ts';

/** How the bytes are cut: not at all, into chunks of one size, at these places, or at places drawn from a seed. */
export type ReplayChunking =
  | { readonly by: 'whole' }
  | { readonly by: 'size'; readonly bytes: number }
  | { readonly by: 'places'; readonly at: readonly number[] }
  | { readonly by: 'seed'; readonly seed: number; readonly bytesMax: number };

export function replayPlan(
  bytes: Uint8Array,
  contentType: string,
  chunking: ReplayChunking = { by: 'whole' },
  status = 200,
): LabStep[] {
  const steps: LabStep[] = [{ do: 'head', status, headers: { 'content-type': contentType } }];
  let from = 0;
  for (const place of [...places(bytes.length, chunking), bytes.length]) {
    const to = Math.min(place, bytes.length);
    if (to <= from) continue;
    steps.push({ do: 'bytes', bytes: bytes.subarray(from, to) });
    from = to;
  }
  steps.push({ do: 'end' });
  return steps;
}

function places(length: number, chunking: ReplayChunking): readonly number[] {
  if (chunking.by === 'whole') return [];
  if (chunking.by === 'places') return [...chunking.at].sort((left, right) => left - right);
  const chance = chunking.by === 'seed' ? createChance(chunking.seed) : undefined;
  const list: number[] = [];
  let at = 0;
  while (at < length) {
    at += chunking.by === 'size' ? Math.max(1, chunking.bytes) : between(1, Math.max(1, chunking.bytesMax), chance!);
    list.push(at);
  }
  return list;
}
