/** Decides when a queue is sent: soon after something is put in, at once when enough has come, one batch at a time, later again after a failure. */

import type { Alarm, World } from '../../model/ports.ts';

export interface Pump {
  /** Something was put in; `urgent` when enough for a batch has come together. */
  kick(urgent: boolean): void;
  /** Resolves when the queue is empty, or a batch failed. */
  drain(): Promise<void>;
  /** Nothing is sent from now on. */
  stop(): void;
}
/** `send` takes a batch, sends it and puts it back on failure; it never rejects. */
export interface PumpedQueue {
  readonly waiting: () => boolean;
  readonly send: () => Promise<'sent' | 'failed'>;
}

/** How long a change may wait for company. */
export const BATCH_MS_MAX = 50;
const RETRY_AFTER_MS = 1_000;

export function createPump(world: World, queue: PumpedQueue): Pump {
  let alarm: Alarm | undefined;
  let sending: Promise<'sent' | 'failed'> | undefined;
  let failing = false;
  let stopped = false;

  function ringIn(ms: number): void {
    alarm ??= world.alarm(ms, () => {
      alarm = undefined;
      start();
    });
  }

  function start(): void {
    if (stopped || sending !== undefined || !queue.waiting()) return;
    alarm?.cancel();
    alarm = undefined;
    sending = queue.send().then((outcome) => {
      sending = undefined;
      failing = outcome === 'failed';
      // What came in while a batch was under way has waited long enough.
      if (stopped) return outcome;
      if (failing) ringIn(RETRY_AFTER_MS);
      else start();
      return outcome;
    });
  }

  return {
    kick(urgent) {
      if (stopped || sending !== undefined || failing) return;
      if (urgent) start();
      else ringIn(BATCH_MS_MAX);
    },
    async drain() {
      while (!stopped && (sending !== undefined || queue.waiting())) {
        start();
        if ((await sending) === 'failed') break;
      }
    },
    stop() {
      stopped = true;
      alarm?.cancel();
    },
  };
}
