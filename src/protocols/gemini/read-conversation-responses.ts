/** A function response as a tool result: its text for every dialect, and its JSON where it is more than text. */

import type { Part } from '../../model/conversation.ts';
import { stringifyLossless } from '../json/lossless.ts';
import { listMember, objectMember } from './read-conversation-members.ts';
import { readPart } from './read-conversation-parts.ts';
import { isObject, type JsonObject } from './shapes.ts';

export function readResponse(response: JsonObject, id: string, name: string): Part {
  const content = objectMember(response, 'response') ?? {};
  const text = textOf(content);
  const media = listMember(response, 'parts').flatMap((json) => readPart(json) ?? []);
  const isError = Object.hasOwn(content, 'error') && !Object.hasOwn(content, 'output');
  const plain = isError ? { error: text } : { output: text };
  const json = stringifyLossless(content);
  const isPlain = json === stringifyLossless(plain);
  return {
    type: 'tool-result',
    id,
    ...(name !== '' && { name }),
    parts: [...(text === '' ? [] : [{ type: 'text' as const, text }]), ...media],
    isError,
    ...(!isPlain && { json }),
  };
}

/** Google's own words for the one value of a response, and the usual ones beside them. */
const wrappers: ReadonlySet<string> = new Set(['output', 'error', 'result', 'content']);

function textOf(content: JsonObject): string {
  const names = Object.keys(content);
  const only = names[0];
  if (only === undefined) return '';
  const value = names.length === 1 && wrappers.has(only) ? content[only] : content;
  if (typeof value === 'string') return value;
  return isObject(value) && Object.keys(value).length === 0 ? '' : stringifyLossless(value);
}
