/**
 * Gemini's contents into turns. Each function response is given the id of the call it answers: by its own id, else by its name in the order of the
 * calls. A call without an id gets one from its place and its content, so that the same history always has the same ids.
 */

import { createHash } from 'node:crypto';
import type { Part, Turn } from '../../model/conversation.ts';
import { stringifyLossless } from '../json/lossless.ts';
import { listMember, member, objectMember, textMember } from './read-conversation-members.ts';
import { type PlacedPart, readPart } from './read-conversation-parts.ts';
import { readResponse } from './read-conversation-responses.ts';
import { joinParts, readMark } from './read-conversation-signatures.ts';
import type { JsonObject } from './shapes.ts';

export function readTurns(contents: readonly JsonObject[]): { turns: readonly Turn[] } | { fault: string } {
  const turns: Turn[] = [];
  let open: OpenCall[] = [];
  for (const [at, content] of contents.entries()) {
    const stated = member(content, 'role') ?? 'user';
    const role = stated === 'function' ? 'user' : stated;
    if (role !== 'user' && role !== 'model') return { fault: 'Please use a valid role: user, model.' };
    if (role === 'model' && turns.at(-1)?.role !== 'model') open = [];
    const placed: PlacedPart[] = [];
    for (const [index, json] of listMember(content, 'parts').entries()) {
      const part = readCallOrResponse(json, `${at}.${index}`, open) ?? readPart(json);
      if (part === undefined) return { fault: `\`contents[${at}].parts[${index}]\` is a function call without a name` };
      placed.push({ part, mark: readMark(json) });
    }
    turns.push({ role, parts: joinParts(placed, role === 'model') });
  }
  return { turns };
}

export function readSystem(instruction: JsonObject | undefined): readonly Part[] {
  if (instruction === undefined) return [];
  const parts = listMember(instruction, 'parts').flatMap((json) => readPart(json) ?? []);
  return parts.filter((part) => part.type !== 'text' || part.text !== '');
}

interface OpenCall {
  readonly id: string;
  readonly name: string;
  answered: boolean;
}

function readCallOrResponse(json: JsonObject, place: string, open: OpenCall[]): Part | undefined {
  const call = objectMember(json, 'functionCall');
  if (call !== undefined) return readCall(call, place, open);
  const response = objectMember(json, 'functionResponse');
  if (response === undefined) return undefined;
  const name = textMember(response, 'name') ?? '';
  const id = answeredId(response, name, open) ?? textOr(textMember(response, 'id'), syntheticId(place, name, ''));
  return readResponse(response, id, name);
}

function readCall(call: JsonObject, place: string, open: OpenCall[]): Part | undefined {
  const name = textMember(call, 'name');
  if (name === undefined || name === '') return undefined;
  const argumentsJson = stringifyLossless(objectMember(call, 'args') ?? {});
  const id = textOr(textMember(call, 'id'), syntheticId(place, name, argumentsJson));
  open.push({ id, name, answered: false });
  return { type: 'tool-call', id, name, argumentsJson };
}

function answeredId(response: JsonObject, name: string, open: readonly OpenCall[]): string | undefined {
  const id = textMember(response, 'id');
  const unanswered = open.filter((call) => !call.answered);
  const call = unanswered.find((each) => each.id === id) ?? unanswered.find((each) => each.name === name);
  if (call !== undefined) call.answered = true;
  return call?.id;
}

function textOr(text: string | undefined, otherwise: string): string {
  return text === undefined || text === '' ? otherwise : text;
}

const syntheticIdCharacters = 24;

function syntheticId(place: string, name: string, argumentsJson: string): string {
  const hash = createHash('sha256').update([place, name, argumentsJson].join('\n')).digest('hex');
  return `call_${hash.slice(0, syntheticIdCharacters)}`;
}
