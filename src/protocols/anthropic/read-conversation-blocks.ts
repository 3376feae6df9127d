/**
 * Reads content blocks of the Anthropic dialect into parts. What it has no word for is `other`, as it stood; a block that breaks the dialect is a
 * fault in the API's own wording.
 */

import type { Part } from '../../model/conversation.ts';
import { stringifyLossless } from '../json/lossless.ts';
import { type JsonObject, objectOf, stringOf } from '../json/shapes.ts';
import type { CarriedMarks } from './read-conversation-marks.ts';
import { citationOf, mediaOf } from './read-conversation-media.ts';
import { arrayOf } from './shapes.ts';

export interface BlockScope {
  /** The path of the content, for faults. */
  readonly where: string;
  readonly faults: string[];
  /** Tool names by the id of their call, as far as the conversation has come. */
  readonly callNames: Map<string, string>;
  /** Only a model's own turn has signatures. */
  readonly marks: CarriedMarks | undefined;
}

/** `content` is text or an array of blocks; nothing at all is no part. */
export function readBlocks(content: unknown, scope: BlockScope): Part[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  const blocks = arrayOf(content);
  if (blocks === undefined) {
    scope.faults.push(`${scope.where}: Input should be a valid string or array`);
    return [];
  }
  const parts: Part[] = [];
  blocks.forEach((value, index) => {
    const block = objectOf(value);
    const where = `${scope.where}.${index}`;
    if (block === undefined) scope.faults.push(`${where}: Input should be an object`);
    else readBlock(block, { ...scope, where }, parts);
  });
  return parts;
}

function readBlock(block: JsonObject, scope: BlockScope, parts: Part[]): void {
  const type = stringOf(block.type);
  if (type === undefined) {
    scope.faults.push(`${scope.where}.type: Field required`);
  } else if (type === 'thinking' && scope.marks !== undefined) {
    scope.marks.readThinking(stringOf(block.thinking) ?? '', stringOf(block.signature) ?? '', parts);
  } else {
    const read = readers.get(type) ?? readOther;
    for (const part of read(block, scope)) parts.push(scope.marks?.sign(part) ?? part);
  }
}

type BlockReader = (block: JsonObject, scope: BlockScope) => readonly Part[];

const readers: ReadonlyMap<string, BlockReader> = new Map<string, BlockReader>([
  ['text', readText],
  ['redacted_thinking', readRedacted],
  ['tool_use', readToolUse],
  ['tool_result', readToolResult],
  ['image', readMedia],
  ['document', readDocument],
]);

function readOther(block: JsonObject): readonly Part[] {
  return [{ type: 'other', dialect: 'anthropic', name: stringOf(block.type) ?? '', wire: block }];
}

function readText(block: JsonObject, scope: BlockScope): readonly Part[] {
  const text = textMember(block, 'text', scope);
  const citations = (arrayOf(block.citations) ?? []).flatMap((value) => citationOf(value) ?? []);
  return [{ type: 'text', text, ...(citations.length > 0 && { citations }) }];
}

function readRedacted(block: JsonObject, scope: BlockScope): readonly Part[] {
  return [{ type: 'redacted-thinking', data: textMember(block, 'data', scope) }];
}

function readToolUse(block: JsonObject, scope: BlockScope): readonly Part[] {
  const id = textMember(block, 'id', scope);
  const name = textMember(block, 'name', scope);
  const input = block.input ?? {};
  if (objectOf(input) === undefined) scope.faults.push(`${scope.where}.input: Input should be an object`);
  scope.callNames.set(id, name);
  return [{ type: 'tool-call', id, name, argumentsJson: stringifyLossless(input) }];
}

function readToolResult(block: JsonObject, scope: BlockScope): readonly Part[] {
  const id = textMember(block, 'tool_use_id', scope);
  const name = scope.callNames.get(id);
  const parts = readBlocks(block.content, { ...scope, where: `${scope.where}.content`, marks: undefined });
  return [{ type: 'tool-result', id, ...(name !== undefined && { name }), parts, isError: block.is_error === true }];
}

function readMedia(block: JsonObject): readonly Part[] {
  const media = mediaOf(block);
  const isKnown = media.data !== undefined || media.url !== undefined || media.fileId !== undefined;
  return isKnown ? [{ type: 'media', ...media }] : readOther(block);
}

/** A document of text is text; what the caller told of it (title, context) stands before it. */
function readDocument(block: JsonObject, scope: BlockScope): readonly Part[] {
  const source = objectOf(block.source) ?? {};
  const title = stringOf(block.title) ?? '';
  const context = stringOf(block.context) ?? '';
  const isText = source.type === 'text';
  if (!isText && source.type !== 'content') return [...textIfAny(context), ...readMedia(block)];
  const about = [title, context].filter((line) => line !== '').join('\n\n');
  const inner = isText ? textIfAny(stringOf(source.data) ?? '') : readBlocks(source.content, nested(scope));
  return [...textIfAny(about), ...inner];
}

function nested(scope: BlockScope): BlockScope {
  return { ...scope, where: `${scope.where}.source.content`, marks: undefined };
}

function textIfAny(text: string): readonly Part[] {
  return text === '' ? [] : [{ type: 'text', text }];
}

/** Empty with a fault when it is missing; ids and names must not be empty either. */
function textMember(block: JsonObject, name: string, scope: BlockScope): string {
  const value = stringOf(block[name]);
  if (value === undefined) scope.faults.push(`${scope.where}.${name}: Input should be a valid string`);
  else if (value === '' && name !== 'text') {
    scope.faults.push(`${scope.where}.${name}: String should have at least 1 character`);
  }
  return value ?? '';
}
