/** Careful looks at parsed JSON: each returns `undefined` when the value is not what was hoped for, and never throws. */

import { exceedsDepth, jsonDepthMax } from './depth.ts';

export type JsonObject = Record<string, unknown>;

export function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** The objects of an array; empty when it is none. */
export function objectsIn(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter((entry): entry is JsonObject => objectOf(entry) !== undefined) : [];
}

export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** As `stringOf`; an empty text counts as none, for compatible servers send one where they have nothing to say. */
export function filledString(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A count as the wire states it: a whole number that is not negative. */
export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
}

/** `undefined` when the text is no JSON. (JSON itself cannot say `undefined`.) */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whatever walks such JSON would overflow the stack. A short text cannot be deep: every level takes two characters. */
export function isTooDeep(text: string): boolean {
  return text.length > 2 * jsonDepthMax && exceedsDepth(Buffer.from(text), jsonDepthMax);
}
