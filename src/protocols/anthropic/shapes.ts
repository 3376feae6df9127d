/** Careful looks at parsed JSON of the Anthropic dialect: each returns `undefined` when the value is not what was hoped for, and never throws. */

import { exceedsDepth, jsonDepthMax } from '../json/depth.ts';

export type JsonObject = Record<string, unknown>;

export function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

export function arrayOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
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

/** Whether parsed JSON is an error object in any of the forms seen in place of a stream: Anthropic's, google.rpc's, and that in an array. */
export function isErrorObject(value: unknown): boolean {
  const object = objectOf(Array.isArray(value) ? value[0] : value);
  if (object === undefined) return false;
  return object.type === 'error' || objectOf(object.error) !== undefined || typeof object.error === 'string';
}

/** Whatever walks such JSON would overflow the stack. A short text cannot be deep: every level takes two characters. */
export function isTooDeep(text: string): boolean {
  return text.length > 2 * jsonDepthMax && exceedsDepth(new TextEncoder().encode(text), jsonDepthMax);
}
