/** Careful looks at parsed JSON of the Responses dialect: each returns `undefined` when the value is not what was hoped for, and never throws. */

import { exceedsDepth, jsonDepthMax } from '../json/depth.ts';

export type JsonObject = Record<string, unknown>;

export function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** The objects of an array; empty when it is none. */
export function objectsIn(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.map(objectOf).filter((each) => each !== undefined) : [];
}

export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** As `stringOf`; an empty text counts as none. */
export function wordOf(value: unknown): string | undefined {
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

/** The members of `value` that are neither undefined nor null, under other names: `{ to: value.from }`. */
export function present(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null));
}

/** The part of an error object that says what went wrong: `{error: {…}}`, an `error` event's own members, or a failed response's `error`. */
export function errorOf(value: unknown): JsonObject | undefined {
  const object = objectOf(Array.isArray(value) ? value[0] : value);
  if (object === undefined) return undefined;
  const inner = objectOf(object.error) ?? objectOf(objectOf(object.response)?.error);
  if (inner !== undefined) return inner;
  if (typeof object.error === 'string') return { message: object.error };
  if (object.type !== 'error') return undefined;
  const { type: _type, sequence_number: _number, error: _error, ...members } = object;
  return members;
}
