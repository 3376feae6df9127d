/** One part of a Gemini content that is neither a call nor a response. Undefined only for a call that cannot be read. */

import type { Mark, Part } from '../../model/conversation.ts';
import { member, objectMember, textMember } from './read-conversation-members.ts';
import type { JsonObject } from './shapes.ts';

export interface PlacedPart {
  readonly part: Part;
  readonly mark: PlacedMark | undefined;
}

/** A signature and the part it belongs to, seen from the one it stood on. */
export interface PlacedMark {
  readonly mark: Mark;
  readonly place: 'here' | 'next' | 'before';
}

export function readPart(json: JsonObject): Part | undefined {
  if (objectMember(json, 'functionCall') !== undefined) return undefined;
  const inline = objectMember(json, 'inlineData');
  if (inline !== undefined) return mediaOf(inline, { data: textMember(inline, 'data') ?? '' });
  const file = objectMember(json, 'fileData');
  if (file !== undefined) return mediaOf(file, { url: textMember(file, 'fileUri') ?? '' });
  const code = objectMember(json, 'executableCode');
  if (code !== undefined) {
    return { type: 'code', language: textMember(code, 'language') ?? '', code: textMember(code, 'code') ?? '' };
  }
  const result = objectMember(json, 'codeExecutionResult');
  if (result !== undefined) {
    const outcome = textMember(result, 'outcome') ?? '';
    return { type: 'code-result', outcome, output: textMember(result, 'output') ?? '' };
  }
  const unknown = Object.keys(json).find((name) => !flags.has(name) && json[name] !== null);
  if (unknown !== undefined) return { type: 'other', dialect: 'gemini', name: unknown, wire: json };
  const text = textMember(json, 'text') ?? '';
  return member(json, 'thought') === true ? { type: 'thinking', text } : { type: 'text', text };
}

/** Text, and the members that only say something about a part. */
const flags: ReadonlySet<string> = new Set([
  'text',
  'thought',
  'thoughtSignature',
  'thought_signature',
  'partMetadata',
  'part_metadata',
]);

function mediaOf(json: JsonObject, source: { readonly data: string } | { readonly url: string }): Part {
  const mimeType = textMember(json, 'mimeType');
  const title = textMember(json, 'displayName');
  return {
    type: 'media',
    ...(mimeType !== undefined && { mimeType }),
    ...source,
    ...(title !== undefined && { title }),
  };
}
