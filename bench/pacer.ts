/** Takes many streams forward, each once in a period, spread over the period so that they do not all move in the same instant. */

import type { World } from '../src/model/ports.ts';

export interface Pacer {
  /** `step` is called once in a period until it says that it is done. */
  add(step: () => 'more' | 'done'): void;
}

export function createPacer(world: World, order: { readonly periodMs: number; readonly slots: number }): Pacer {
  const slotMs = order.periodMs / order.slots;
  const slots = Array.from({ length: order.slots }, () => new Set<() => 'more' | 'done'>());
  let nextSlot = 0;
  let count = 0;
  let startedAt = 0;
  let ticks = 0;
  let running = false;

  const advance = (): void => {
    const slot = slots[ticks % order.slots] as Set<() => 'more' | 'done'>;
    ticks += 1;
    for (const step of slot) {
      if (step() === 'more') continue;
      slot.delete(step);
      count -= 1;
    }
  };
  const tick = (): void => {
    // Timers come late; what is due is counted from the clock, so that the pace holds.
    const due = Math.floor((world.elapsed() - startedAt) / slotMs);
    while (ticks < due && count > 0) advance();
    running = count > 0;
    if (running) world.alarm(slotMs, tick);
  };

  return {
    add(step) {
      slots[nextSlot % order.slots]?.add(step);
      nextSlot += 1;
      count += 1;
      if (running) return;
      running = true;
      startedAt = world.elapsed();
      ticks = 0;
      world.alarm(slotMs, tick);
    },
  };
}
