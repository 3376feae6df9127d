/** Small pieces of the fold: lists without repetition and members in the order in which the API writes them. */

import { stringifyLossless } from '../json/lossless.ts';
import type { JsonObject } from './shapes.ts';

export type Mutable = Record<string, unknown>;

export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** Google leaves out an index of zero; a number spelt unusually comes as a raw value. */
export function candidateIndex(candidate: JsonObject): number {
  return typeof candidate.index === 'number' ? candidate.index : 0;
}

export function addUnseen(left: readonly unknown[], right: readonly unknown[]): unknown[] {
  const seen = new Set(left.map(stringifyLossless));
  const result = [...left];
  for (const value of right) {
    const text = stringifyLossless(value);
    if (seen.has(text)) continue;
    seen.add(text);
    result.push(value);
  }
  return result;
}

/** Known members first and in this order, all others after them as they came. */
export function inOrder(value: JsonObject, order: readonly string[]): JsonObject {
  const known = order.filter((key) => Object.hasOwn(value, key)).map((key): [string, unknown] => [key, value[key]]);
  const others = Object.entries(value).filter(([key]) => !order.includes(key));
  return Object.fromEntries([...known, ...others]);
}
