/** Writes parts as content blocks of the Anthropic dialect: nothing that Claude would refuse, nothing that was not said. */

import type { Part } from '../../model/conversation.ts';
import { jsonDepthMax } from '../json/depth.ts';
import { parseLossless } from '../json/lossless.ts';
import { isTooDeep, type JsonObject, objectOf, stringOf } from '../json/shapes.ts';
import type { ToolIds } from './write-conversation-ids.ts';
import { writeMedia } from './write-conversation-media.ts';
import type { LossNotes } from './write-conversation-notes.ts';
import { checkToolName } from './write-conversation-tools.ts';
import { fencedCode } from './write-foreign-events-text.ts';

export interface BlockWriting {
  readonly notes: LossNotes;
  readonly ids: ToolIds;
  readonly role: 'user' | 'model';
}

export function writeBlocks(parts: readonly Part[], writing: BlockWriting): JsonObject[] {
  return parts.map((part) => writePart(part, writing)).filter((block) => block !== undefined);
}

/** Blocks of visible text only, for places that take nothing else. */
export function writeTextBlocks(parts: readonly Part[], notes: LossNotes): JsonObject[] {
  return parts
    .map((part) => {
      if (part.type === 'text') return textBlock(part.text, notes);
      notes.refuse('system-media');
      return undefined;
    })
    .filter((block) => block !== undefined);
}

function writePart(part: Part, writing: BlockWriting): JsonObject | undefined {
  const { notes, role } = writing;
  if ('signature' in part && part.type !== 'thinking') notes.note('foreign-signature');
  switch (part.type) {
    case 'text':
      return writeText(part, notes);
    case 'thinking':
      return writeThinkingBlock(part, writing);
    case 'redacted-thinking':
      return { type: 'redacted_thinking', data: part.data };
    case 'tool-call':
      return writeCall(part, writing);
    case 'tool-result':
      return writeResult(part, writing);
    case 'media':
      if (role === 'user') return writeMedia(part, notes);
      notes.note('model-media');
      return undefined;
    case 'code':
      notes.note('code');
      return textBlock(fencedCode(part.language, part.code), notes);
    case 'code-result':
      notes.note('code');
      return textBlock(fencedCode('', part.output), notes);
    case 'other':
      if (part.dialect === 'anthropic') return objectOf(part.wire);
      notes.note('other-part');
      return undefined;
  }
}

function textBlock(text: string, notes: LossNotes): JsonObject | undefined {
  if (text.trim() !== '') return { type: 'text', text };
  if (text !== '') notes.note('blank-text');
  return undefined;
}

function writeText(part: Extract<Part, { readonly type: 'text' }>, notes: LossNotes): JsonObject | undefined {
  const block = textBlock(part.text, notes);
  if (block === undefined || part.citations === undefined) return block;
  const own = part.citations.filter(({ wire }) => stringOf(objectOf(wire)?.type)?.endsWith('_location') === true);
  if (own.length < part.citations.length) notes.note('foreign-citations');
  return own.length === 0 ? block : { ...block, citations: own.map(({ wire }) => wire) };
}

/** The family alone tells whose thinking it is: a signature of unknown origin would be refused. */
function writeThinkingBlock(
  part: Extract<Part, { readonly type: 'thinking' }>,
  { notes, role }: BlockWriting,
): JsonObject | undefined {
  if (role === 'model' && part.signature?.family === 'claude') {
    return { type: 'thinking', thinking: part.text, signature: part.signature.signature };
  }
  notes.note('foreign-thoughts');
  return undefined;
}

function writeCall(
  part: Extract<Part, { readonly type: 'tool-call' }>,
  { notes, ids }: BlockWriting,
): JsonObject | undefined {
  checkToolName(part.name, notes);
  const input = part.argumentsJson.trim() === '' ? {} : inputOf(part.argumentsJson, notes);
  return { type: 'tool_use', id: ids.call(part.id), name: part.name, input };
}

function inputOf(argumentsJson: string, notes: LossNotes): JsonObject {
  if (isTooDeep(argumentsJson)) {
    notes.reject(`the arguments of an earlier tool call are nested deeper than ${jsonDepthMax} levels`);
    return {};
  }
  let input: JsonObject | undefined;
  try {
    input = objectOf(parseLossless(argumentsJson));
  } catch {
    input = undefined;
  }
  if (input !== undefined) return input;
  notes.note('broken-arguments');
  return { INVALID_JSON: argumentsJson };
}

function writeResult(part: Extract<Part, { readonly type: 'tool-result' }>, writing: BlockWriting): JsonObject {
  const { notes, ids } = writing;
  // Claude reads text: the JSON of a structured result stands in only where nobody has said it as text.
  const hasText = part.parts.some(({ type }) => type === 'text');
  const structured = part.json === undefined || hasText ? [] : [{ type: 'text', text: part.json }];
  const content = [...structured, ...writeBlocks(part.parts, { notes, ids, role: 'user' })];
  return {
    type: 'tool_result',
    tool_use_id: ids.result(part.id),
    ...(content.length > 0 && { content }),
    ...(part.isError && { is_error: true }),
  };
}
