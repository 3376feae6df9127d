/**
 * Says when the writing worker keeps the journal within its limits: after every batch of rows, and from time to time. One step is asked for at a time, so
 * that rows that come meanwhile are written between two steps. A step that fails is not told: the next write tells the same trouble.
 */

import type { Alarm, World } from '../../model/ports.ts';
import type { Link } from './link.ts';
import type { JournalLimits } from './upkeep.ts';

export interface Keeper {
  /** Something was written. */
  kick(): void;
  /** Resolves when nothing is due. */
  settled(): Promise<void>;
  /** No step is asked for from now on; resolves after the one under way. */
  close(): Promise<void>;
}

/** Age comes by itself. */
export const UPKEEP_EVERY_MS = 60_000;

export function createKeeper(link: Pick<Link, 'ask'>, world: World, limits: () => JournalLimits): Keeper {
  let alarm: Alarm | undefined;
  let working: Promise<void> | undefined;
  let wanted = false;
  let closed = false;

  async function work(): Promise<void> {
    let more = true;
    while (!closed && (more || wanted)) {
      wanted = false;
      more = await link.ask('keep-up', { now: world.now(), limits: limits() }).catch(() => false);
    }
  }
  function kick(): void {
    wanted = true;
    if (closed || working !== undefined) return;
    working = work().finally(() => {
      working = undefined;
    });
  }
  function ringLater(): void {
    if (closed) return;
    alarm = world.alarm(UPKEEP_EVERY_MS, () => {
      kick();
      void working?.then(ringLater);
    });
  }
  ringLater();

  return {
    kick,
    async settled() {
      kick();
      await working;
    },
    async close() {
      closed = true;
      alarm?.cancel();
      await working;
    },
  };
}
