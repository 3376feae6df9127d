/** Keeps a waiting client's stream alive: opens it early when that is configured, and sends a ping after each silence. Never between the parts of a frame. */

import type { Alarm, World } from '../model/ports.ts';

export interface Keeper {
  /** Something went to the client just now. */
  sent(): void;
  stop(): void;
}

export interface KeeperOrder {
  readonly keepaliveMs: number;
  /** 0 = never. */
  readonly openAfterMs: number;
  readonly opened: () => boolean;
  readonly openEarly: () => void;
  readonly ping: () => void;
}

export function startKeeper(world: World, order: KeeperOrder): Keeper {
  let lastSentAt = world.elapsed();
  let stopped = false;
  const alarms = new Map<'early' | 'ping', Alarm>();

  const watch = (afterMs: number): void => {
    alarms.set(
      'ping',
      world.alarm(afterMs, () => {
        if (stopped) return;
        const silentMs = world.elapsed() - lastSentAt;
        if (!order.opened() || silentMs < order.keepaliveMs) {
          watch(order.opened() ? order.keepaliveMs - silentMs : order.keepaliveMs);
          return;
        }
        order.ping();
        watch(order.keepaliveMs);
      }),
    );
  };
  if (order.openAfterMs > 0) {
    const open = (): void => {
      if (!stopped && !order.opened()) order.openEarly();
    };
    alarms.set('early', world.alarm(order.openAfterMs, open));
  }
  watch(order.keepaliveMs);

  return {
    sent() {
      lastSentAt = world.elapsed();
    },
    stop() {
      stopped = true;
      for (const alarm of alarms.values()) alarm.cancel();
    },
  };
}
