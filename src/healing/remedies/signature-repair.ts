/**
 * Rewrites a history whose signatures an upstream refused, so that nothing in it needs one: thinking becomes plain text, what cannot be read is
 * dropped, and a note at the end of the last user message says so. Computed from the client's own request, never from a repaired one; tools,
 * system text and the thinking configuration stay as they are.
 */

import type { ClientRequest } from '../../model/request.ts';
import { geminiSignatureMembers, placeholderSignature } from '../../model/signature-words.ts';
import type { JsonEdit, JsonPath } from '../../model/wire.ts';
import { currentTurnStart, demandsSignature, isFunctionCall } from './gemini-placeholder.ts';
import { repairNote } from './note.ts';
import { repairChat, repairResponses } from './openai-repair.ts';
import { isSaid, type JsonRecord, records } from './shapes.ts';

/** `model` is the upstream model that will be asked. */
export function repairSignatures(request: ClientRequest, model: string): JsonEdit[] {
  const { json, protocol } = request;
  if (protocol === 'anthropic') return [...repairMessages(json), ...noteInMessages(json)];
  if (protocol === 'gemini') return [...repairContents(json, model), ...noteInContents(json)];
  return protocol === 'openai-chat' ? repairChat(json) : repairResponses(json);
}

function repairMessages(json: JsonRecord): JsonEdit[] {
  return records(json.messages).flatMap(({ at, record }) => {
    if (record.role !== 'assistant' || !Array.isArray(record.content)) return [];
    const edits = records(record.content).flatMap((block) =>
      repairBlock(block.record, ['messages', at, 'content', block.at]),
    );
    return leftOver(edits, record.content.length, ['messages', at]);
  });
}

function repairBlock(block: JsonRecord, path: JsonPath): JsonEdit[] {
  if (block.type === 'redacted_thinking') return [{ op: 'remove', path }];
  if (block.type !== 'thinking') return [];
  if (!isSaid(block.thinking)) return [{ op: 'remove', path }];
  return [{ op: 'set', path, json: JSON.stringify({ type: 'text', text: block.thinking }) }];
}

function noteInMessages(json: JsonRecord): JsonEdit[] {
  const last = records(json.messages).findLast(({ record }) => record.role === 'user');
  if (last === undefined) return [];
  const path = ['messages', last.at, 'content'];
  const { content } = last.record;
  if (typeof content === 'string') {
    const text = content === '' ? repairNote : `${content}\n\n${repairNote}`;
    return [{ op: 'set', path, json: JSON.stringify(text) }];
  }
  if (!Array.isArray(content)) return [];
  return [{ op: 'append', path, json: JSON.stringify({ type: 'text', text: repairNote }) }];
}

function repairContents(json: JsonRecord, model: string): JsonEdit[] {
  const turnStart = demandsSignature(model) ? currentTurnStart(json.contents) : Number.POSITIVE_INFINITY;
  return records(json.contents).flatMap(({ at, record }) => {
    if (record.role !== 'model' || !Array.isArray(record.parts)) return [];
    const parts = records(record.parts);
    const firstCall = at >= turnStart ? parts.find((part) => isFunctionCall(part.record))?.at : undefined;
    const edits = parts.flatMap((part) =>
      repairPart(part.record, ['contents', at, 'parts', part.at], part.at === firstCall),
    );
    return leftOver(edits, record.parts.length, ['contents', at]);
  });
}

function repairPart(part: JsonRecord, path: JsonPath, needsPlaceholder: boolean): JsonEdit[] {
  const signed = geminiSignatureMembers.filter((member) => Object.hasOwn(part, member));
  const removals = (members: readonly string[]): JsonEdit[] =>
    members.map((member) => ({ op: 'remove', path: [...path, member] }));
  const thought = part.thought === true ? ['thought'] : [];
  if (isFunctionCall(part)) {
    if (!needsPlaceholder) return removals([...signed, ...thought]);
    const member = signed[0] ?? geminiSignatureMembers[0];
    const placeholder: JsonEdit = { op: 'set', path: [...path, member], json: JSON.stringify(placeholderSignature) };
    return [placeholder, ...removals([...signed.slice(1), ...thought])];
  }
  if (thought.length > 0 && !isSaid(part.text)) return [{ op: 'remove', path }];
  // The API refuses a part without data, and an empty text was there for its signature only.
  if (signed.length > 0 && !hasData(part)) return [{ op: 'remove', path }];
  return removals([...signed, ...thought]);
}

function hasData(part: JsonRecord): boolean {
  const flags: readonly string[] = ['thought', ...geminiSignatureMembers];
  return Object.keys(part).some((member) => !flags.includes(member) && !(member === 'text' && part.text === ''));
}

function noteInContents(json: JsonRecord): JsonEdit[] {
  const last = records(json.contents).findLast(({ record }) => record.role === 'user' || record.role === undefined);
  if (last === undefined || !Array.isArray(last.record.parts)) return [];
  return [{ op: 'append', path: ['contents', last.at, 'parts'], json: JSON.stringify({ text: repairNote }) }];
}

/** A message of which nothing is left goes as a whole: an empty one is refused. */
function leftOver(edits: JsonEdit[], size: number, path: JsonPath): JsonEdit[] {
  const removed = edits.filter((edit) => edit.op === 'remove' && edit.path.length === path.length + 2).length;
  return removed > 0 && removed === size ? [{ op: 'remove', path }] : edits;
}
