/**
 * A World whose time stands still until everybody waits, and then jumps to the next alarm. The same seed gives the same history.
 * It must never look at a real clock, and nothing in it may depend on how fast the machine is.
 */

import type { Alarm, World } from '../model/ports.ts';
import { createChance } from './seed.ts';

export interface VirtualWorld extends World {
  /** Goes on until no alarm is left, `until` says so, or `forMs` of virtual time have passed. */
  run(options?: RunOptions): Promise<void>;
  /** Lets everything happen that needs no time. */
  settle(): Promise<void>;
  /** Moves the wall clock, as when somebody sets it; the monotonic clock goes on. */
  jumpWallClock(ms: number): void;
  /** Alarms that are set and neither rung nor cancelled. */
  readonly alarms: number;
}
export interface RunOptions {
  readonly forMs?: number;
  readonly until?: () => boolean;
}

interface Entry {
  readonly at: number;
  readonly order: number;
  ring: (() => void) | undefined;
}

const EPOCH_MS = 1_767_225_600_000;
/** A tick of the queue runs only after all promises have settled; code that itself uses ticks may need several. */
const SETTLE_TURNS = 6;
/** More alarms in one run than this mean that something re-arms itself for ever. */
const ALARMS_PER_RUN_MAX = 5_000_000;
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ID_TIME_CHARS = 10;
const ID_COUNTER_CHARS = 6;
const ID_RANDOM_CHARS = 10;

export function createVirtualWorld(seed: number): VirtualWorld {
  const chance = createChance(`world ${seed}`);
  const idChance = createChance(`ids ${seed}`);
  const queue: Entry[] = [];
  let elapsedMs = 0;
  let wallOffsetMs = 0;
  let order = 0;
  let ids = 0;
  let pending = 0;

  const world: VirtualWorld = {
    now: () => EPOCH_MS + elapsedMs + wallOffsetMs,
    elapsed: () => elapsedMs,
    random: chance,
    id: () => {
      ids += 1;
      const time = digits(world.now(), ID_TIME_CHARS) + digits(ids, ID_COUNTER_CHARS);
      let tail = '';
      for (let at = 0; at < ID_RANDOM_CHARS; at += 1) tail += CROCKFORD[Math.floor(idChance() * CROCKFORD.length)];
      return time + tail;
    },
    alarm: (ms, ring) => {
      order += 1;
      const entry: Entry = { at: elapsedMs + Math.max(0, ms), order, ring };
      pending += 1;
      insert(queue, entry);
      return cancelling(entry, () => {
        pending -= 1;
      });
    },
    sleep: (ms, signal) => sleepOn(world, ms, signal),
    jumpWallClock: (ms) => {
      wallOffsetMs += ms;
    },
    settle,
    run: async (options = {}) => {
      const endMs = options.forMs === undefined ? Number.POSITIVE_INFINITY : elapsedMs + options.forMs;
      for (let rung = 0; ; rung += 1) {
        await settle();
        if (options.until?.()) return;
        while (queue[0] && !queue[0].ring) removeFirst(queue);
        const next = queue[0];
        if (!next || next.at > endMs) break;
        if (rung >= ALARMS_PER_RUN_MAX) throw new Error(`more than ${ALARMS_PER_RUN_MAX} alarms in one run`);
        removeFirst(queue);
        elapsedMs = next.at;
        const ring = next.ring;
        next.ring = undefined;
        pending -= 1;
        ring?.();
      }
      if (endMs !== Number.POSITIVE_INFINITY) elapsedMs = endMs;
    },
    get alarms() {
      return pending;
    },
  };
  return world;
}

function cancelling(entry: Entry, cancelled: () => void): Alarm {
  return {
    cancel: () => {
      if (!entry.ring) return;
      entry.ring = undefined;
      cancelled();
    },
  };
}

function sleepOn(world: World, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = (): void => {
      signal.removeEventListener('abort', wake);
      alarm.cancel();
      resolve();
    };
    const alarm = world.alarm(ms, wake);
    signal.addEventListener('abort', wake);
  });
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < SETTLE_TURNS; turn += 1) await new Promise<void>((resolve) => process.nextTick(resolve));
}

/** A binary heap by time, then by order of setting. */
function insert(queue: Entry[], entry: Entry): void {
  let at = queue.push(entry) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!before(entry, queue[parent]!)) break;
    queue[at] = queue[parent]!;
    at = parent;
  }
  queue[at] = entry;
}

function removeFirst(queue: Entry[]): void {
  const last = queue.pop()!;
  if (queue.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= queue.length) break;
    if (child + 1 < queue.length && before(queue[child + 1]!, queue[child]!)) child += 1;
    if (!before(queue[child]!, last)) break;
    queue[at] = queue[child]!;
    at = child;
  }
  queue[at] = last;
}

function before(left: Entry, right: Entry): boolean {
  return left.at < right.at || (left.at === right.at && left.order < right.order);
}

function digits(value: number, length: number): string {
  let text = '';
  for (let rest = value, at = 0; at < length; at += 1) {
    text = CROCKFORD[rest % CROCKFORD.length] + text;
    rest = Math.floor(rest / CROCKFORD.length);
  }
  return text;
}
