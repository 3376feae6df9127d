/**
 * `previous_response_id` without a server that keeps responses: what has to be kept of an exchange, and how a later request is made whole with it.
 * Pure; where the items are kept, for how long and for whom is for others to say.
 */

import { filledString, type JsonObject, objectsIn } from '../json/shapes.ts';

/** The items a later turn stands on: all that was said to the model and what it answered. Instructions are not carried on: so does the API. */
export function storedItems(request: JsonObject, response: JsonObject): readonly JsonObject[] {
  return [...itemsOf(request.input), ...objectsIn(response.output)];
}

/**
 * The input of a request that goes on from stored items. References to stored items are resolved; those that are unknown stay, for whoever reads
 * the request to refuse.
 */
export function expandPrevious(items: unknown, stored: readonly JsonObject[]): readonly JsonObject[] {
  const known = new Set(stored.map((item) => filledString(item.id)).filter((id) => id !== undefined));
  // A stored item is there already: a second copy of it would be refused.
  const fresh = itemsOf(items).filter((item) => {
    const id = filledString(item.id);
    return id === undefined || !known.has(id);
  });
  return [...stored, ...fresh];
}

function itemsOf(input: unknown): JsonObject[] {
  return typeof input === 'string' ? [{ type: 'message', role: 'user', content: input }] : objectsIn(input);
}
