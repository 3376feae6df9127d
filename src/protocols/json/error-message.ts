/** Puts words at the end of the message inside a provider's error document and leaves every other byte as it came. A document without such a message stays as it is. Pure. */

import type { JsonPath } from '../../model/wire.ts';
import { editJson } from './edit.ts';
import { jsonOf, objectOf } from './shapes.ts';

/** Where the dialects have it; Google's streams put the document into a list. */
const PLACES: readonly JsonPath[] = [
  ['error', 'message'],
  [0, 'error', 'message'],
];

export function withWordsAtEnd(body: string, words: string): string {
  const document = jsonOf(body);
  for (const path of PLACES) {
    const message = path.reduce<unknown>((value, step) => at(value, step), document);
    if (typeof message !== 'string') continue;
    const json = JSON.stringify(`${message.trimEnd()}${words}`);
    const edited = editJson(new TextEncoder().encode(body), [{ op: 'set', path, json }]);
    return new TextDecoder().decode(edited);
  }
  return body;
}

function at(value: unknown, step: string | number): unknown {
  return typeof step === 'number' ? (Array.isArray(value) ? value[step] : undefined) : objectOf(value)?.[step];
}
