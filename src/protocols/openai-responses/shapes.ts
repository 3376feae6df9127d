/** Careful looks at parsed JSON of the Responses dialect: each returns `undefined` when the value is not what was hoped for, and never throws. */

import { type JsonObject, objectOf } from '../json/shapes.ts';

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
