/** A world for tests of the store: the clock is the test's, waits are real, because another thread is waited for. */

import type { World } from '../model/ports.ts';

export function storageWorld(now: () => number): World {
  return {
    now,
    elapsed: () => performance.now(),
    alarm: (ms: number, ring: () => void) => {
      const timer = setTimeout(ring, ms);
      return { cancel: () => clearTimeout(timer) };
    },
  } as World;
}
