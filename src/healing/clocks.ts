/**
 * The clocks of one attempt. Those for headers, first content and the deadline are absolute: no ping or comment moves them. The one for silence
 * counts from the last byte, and stands still while the client is the slow one.
 */

import type { Alarm, World } from '../model/ports.ts';

export interface AttemptClocks {
  headersCame(): void;
  /** `reached`: the content has gone to the client, so the deadline is met; a collected answer has still to keep it. */
  contentCame(reached: boolean): void;
  byteCame(): void;
  /** The client does not take more for the moment: silence is not the upstream's. */
  clientSlow(slow: boolean): void;
  cancel(): void;
}

export interface ClockLimits {
  readonly firstByteMs: number;
  readonly firstContentMs: number;
  readonly idleMs: number;
  readonly deadlineMs: number;
}

export type Ring = 'headers' | 'content' | 'idle' | 'deadline';

export function startClocks(world: World, limits: ClockLimits, ring: (which: Ring) => void): AttemptClocks {
  const headers = world.alarm(limits.firstByteMs, () => ring('headers'));
  const content = world.alarm(limits.firstContentMs, () => ring('content'));
  const deadline = world.alarm(Math.max(0, limits.deadlineMs), () => ring('deadline'));
  let idle: Alarm | undefined;
  let lastByteAt = 0;
  let slow = false;

  // One alarm that looks at the last byte when it rings, instead of one alarm per chunk.
  const watchIdle = (afterMs: number): void => {
    idle = world.alarm(afterMs, () => {
      if (slow) return watchIdle(limits.idleMs);
      const silentMs = world.elapsed() - lastByteAt;
      if (silentMs >= limits.idleMs) ring('idle');
      else watchIdle(limits.idleMs - silentMs);
    });
  };

  return {
    headersCame: () => headers.cancel(),
    contentCame(reached) {
      content.cancel();
      if (reached) deadline.cancel();
      lastByteAt = world.elapsed();
      if (idle === undefined) watchIdle(limits.idleMs);
    },
    byteCame() {
      lastByteAt = world.elapsed();
    },
    clientSlow(isSlow) {
      slow = isSlow;
      if (!isSlow) lastByteAt = world.elapsed();
    },
    cancel() {
      headers.cancel();
      content.cancel();
      deadline.cancel();
      idle?.cancel();
    },
  };
}
