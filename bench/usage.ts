/** What a process and its children have used, as Linux tells it: processor time of all threads, and resident memory. */

import { readdirSync, readFileSync } from 'node:fs';
import type { World } from '../src/model/ports.ts';

/** Linux counts in these on every machine this runs on. */
const ticksPerSecond = 100;

export function cpuMs(pid: number): number {
  let ticks = 0;
  for (const one of withChildren(pid)) {
    const text = readFileSync(`/proc/${one}/stat`, 'latin1');
    // The second field is a name in parentheses that may hold spaces.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return (ticks * 1_000) / ticksPerSecond;
}

export function residentKilobytes(pid: number): number {
  let kilobytes = 0;
  for (const one of withChildren(pid)) {
    kilobytes += Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${one}/status`, 'latin1'))?.[1] ?? 0);
  }
  return kilobytes;
}

export function openFilesMax(): number {
  const limits = readFileSync('/proc/self/limits', 'latin1');
  const soft = /Max open files\s+(\S+)/.exec(limits)?.[1] ?? '1024';
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
}

const quietStepMs = 150;
const quietStepsMax = 20;

/** Waits until a process rests, so that work it does after the last byte (a journal, a log) is counted too. */
export async function untilQuiet(pid: number, world: World, signal: AbortSignal): Promise<void> {
  let last = cpuMs(pid);
  for (let step = 0; step < quietStepsMax; step += 1) {
    await world.sleep(quietStepMs, signal);
    const now = cpuMs(pid);
    if (now - last < 1_000 / ticksPerSecond + 1 && step > 0) return;
    last = now;
  }
}

function withChildren(pid: number): readonly number[] {
  const all = [pid];
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').trim();
    for (const child of children === '' ? [] : children.split(' ')) all.push(...withChildren(Number(child)));
  }
  return all;
}
