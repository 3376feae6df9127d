/** Careful looks at parsed JSON of the Anthropic dialect: each returns `undefined` when the value is not what was hoped for, and never throws. */

import { objectOf } from '../json/shapes.ts';

export function arrayOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** Whether parsed JSON is an error object in any of the forms seen in place of a stream: Anthropic's, google.rpc's, and that in an array. */
export function isErrorObject(value: unknown): boolean {
  const object = objectOf(Array.isArray(value) ? value[0] : value);
  if (object === undefined) return false;
  return object.type === 'error' || objectOf(object.error) !== undefined || typeof object.error === 'string';
}
