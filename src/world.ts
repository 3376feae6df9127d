/** The real World: the one place where clocks, chance and new ids come from. Everything else is handed one. */

import { randomBytes } from 'node:crypto';
import type { World } from './model/ports.ts';

/** Node's timers hold at most 2³¹−1 ms; a longer alarm is set in steps. */
const timerMsMax = 2 ** 31 - 1;
const base32 = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export function createWorld(): World {
  return {
    now: () => Date.now(),
    elapsed: () => performance.now(),
    random: () => Math.random(),
    id: () => newId(Date.now(), randomBytes(10)),
    alarm(ms, ring) {
      let timer: NodeJS.Timeout;
      const set = (restMs: number): void => {
        const stepMs = Math.min(restMs, timerMsMax);
        timer = setTimeout(() => (restMs > stepMs ? set(restMs - stepMs) : ring()), stepMs);
      };
      set(Math.max(0, ms));
      return { cancel: () => clearTimeout(timer) };
    },
    sleep(ms, signal) {
      if (signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, Math.min(ms, timerMsMax));
        signal.addEventListener('abort', done);
      });
    },
  };
}

/** A ULID: 48 bits of time, 80 of chance, in Crockford's base 32. Sorts by time. */
export function newId(timeMs: number, chance: Uint8Array): string {
  let time = '';
  let rest = timeMs;
  for (let place = 0; place < 10; place += 1) {
    time = base32.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  let bits = 0n;
  for (const byte of chance) bits = (bits << 8n) | BigInt(byte);
  let tail = '';
  for (let place = 0; place < 16; place += 1) {
    tail = base32.charAt(Number(bits & 31n)) + tail;
    bits >>= 5n;
  }
  return time + tail;
}
