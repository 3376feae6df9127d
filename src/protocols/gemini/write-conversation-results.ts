/** A tool's result as a function response. Text and JSON go into `response`; images go along where the model takes them there, else right after it. */

import type { Part } from '../../model/conversation.ts';
import { parseLossless } from '../json/lossless.ts';
import { isObject, type JsonObject } from './shapes.ts';
import type { Draft } from './write-conversation-draft.ts';
import { writePart } from './write-conversation-parts.ts';

export type ToolResult = Extract<Part, { type: 'tool-result' }>;

export interface WrittenResult {
  readonly response: JsonObject;
  /** What a response cannot hold. */
  readonly beside: readonly JsonObject[];
}

export function writeResult(result: ToolResult, name: string, draft: Draft): WrittenResult {
  const { capabilities } = draft.target;
  const written = result.parts.flatMap((part) => writePart(part, draft));
  const texts = written.flatMap((part) => (typeof part.text === 'string' ? [part.text] : []));
  const media = written.filter((part) => typeof part.text !== 'string');
  const inside = media.filter((part) => capabilities.callIds && isHeldByResponse(part));
  const beside = media.filter((part) => !inside.includes(part));
  if (beside.length > 0) draft.lose('result-media-beside');
  const text = texts.join('\n');
  const response = structured(result.json) ?? (result.isError ? { error: text } : { output: text });
  const functionResponse = {
    ...(capabilities.callIds && { id: result.id }),
    name,
    response,
    ...(inside.length > 0 && { parts: inside }),
  };
  return { response: { functionResponse }, beside };
}

/** Gemini 3 takes these inside a response, and nothing by address. */
const heldTypes: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/webp', 'application/pdf']);

function isHeldByResponse(part: JsonObject): boolean {
  const inline = part.inlineData;
  return isObject(inline) && typeof inline.mimeType === 'string' && heldTypes.has(inline.mimeType);
}

function structured(json: string | undefined): JsonObject | undefined {
  if (json === undefined) return undefined;
  try {
    const value = parseLossless(json);
    if (isObject(value)) return value;
    return { output: value };
  } catch {
    return undefined;
  }
}
