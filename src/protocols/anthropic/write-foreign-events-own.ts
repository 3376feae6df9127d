/**
 * What an answer of this very dialect brings that no other has: blocks of the API's own tools, its sources. Where such an answer goes on with a stream,
 * they are told as they came; those of other dialects are never taken for them.
 */

import type { Citation } from '../../model/conversation.ts';
import { filledString, type JsonObject, jsonOf, objectOf } from '../json/shapes.ts';
import type { BlockStart } from '../shown-answer.ts';

export type OwnBlock = BlockStart & { readonly wire: JsonObject };

/** Responses names its items of this kind after their type, and Gemini's parts have no type at all. */
export function isOwnBlock(start: BlockStart): start is OwnBlock {
  const type = filledString(objectOf(start.wire)?.type);
  if (type === undefined) return false;
  if (start.kind === 'other') return true;
  return start.kind === 'server-tool' && (/^(server|mcp)_tool_use$/.test(type) || type.endsWith('_tool_result'));
}

/** A delta of such a block. One that the reader has no word for comes as its own JSON. */
export function ownDelta(kind: string, text: string): JsonObject {
  if (kind === 'tool-arguments') return { type: 'input_json_delta', partial_json: text };
  return objectOf(jsonOf(text)) ?? {};
}

/** The API's own citation; undefined for that of another dialect. */
export function ownCitation({ wire }: Citation): JsonObject | undefined {
  const own = objectOf(wire);
  return /_location$/.test(filledString(own?.type) ?? '') ? own : undefined;
}
