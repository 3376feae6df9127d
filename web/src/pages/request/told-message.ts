/** Finds in a kept answer the very words in which the caller was told of a failure. Pure: text in, text out, nothing of it is ever read as a document. */

import type { RequestView } from '../../../../src/monitor/views.ts';

/** Inside a model's text the quotes around the name are escaped. */
const MESSAGE = /"message"\s*:\s*("(?:[^"\\]|\\.)*")/g;

/** The last one: what an error event says comes after everything else. Undefined where the answer was not kept, or has none. */
export function toldMessage({ outcome, response }: Pick<RequestView, 'outcome' | 'response'>): string | undefined {
  if (outcome !== 'failed') return undefined;
  const last = [...response.body.matchAll(MESSAGE)].at(-1)?.[1];
  if (last === undefined) return undefined;
  try {
    return String(JSON.parse(last));
  } catch {
    return undefined;
  }
}
