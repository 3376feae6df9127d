/** Chance from a seed (sfc32) and what is made of it. The same seed gives the same numbers on every machine; never for secrets. */

import type { Chance } from './step.ts';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const WARM_UP_ROUNDS = 12;

export function createChance(seed: string | number): Chance {
  let [a, b, c] = hashWords(String(seed));
  let d = 1;
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return (t >>> 0) / 4_294_967_296;
  };
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) next();
  return next;
}

/** A whole number, `from` ≤ x ≤ `to`. */
export function between(from: number, to: number, chance: Chance): number {
  return from + Math.floor(chance() * (to - from + 1));
}

export function pick<T>(list: readonly T[], chance: Chance): T {
  return list[Math.floor(chance() * list.length)]!;
}

export function randomText(length: number, chance: Chance, alphabet = BASE62): string {
  let text = '';
  for (let at = 0; at < length; at += 1) text += alphabet[Math.floor(chance() * alphabet.length)];
  return text;
}

function hashWords(text: string): [number, number, number] {
  let one = 1_779_033_703;
  let two = 3_144_134_277;
  let three = 1_013_904_242;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    one = two ^ Math.imul(one ^ code, 597_399_067);
    two = three ^ Math.imul(two ^ code, 2_869_860_233);
    three = one ^ Math.imul(three ^ code, 951_274_213);
  }
  return [one | 0, two | 0, three | 0];
}
