/**
 * Reads messages into turns: results of tools in a row are one turn of the user, thoughts that a client sends back stand before what was said, and
 * sealed signatures go back to the parts they belong to.
 */

import type { Mark, Part, Turn } from '../../model/conversation.ts';
import { filledString, type JsonObject, objectOf, objectsIn, stringOf } from '../json/shapes.ts';
import { unseal } from '../signature-envelope.ts';
import type { ConversationNotes } from './conversation-notes.ts';
import { readContent } from './read-content.ts';
import { readReasoning } from './read-reasoning.ts';
import { googleSignature } from './shapes.ts';

export interface ReadMessages {
  /** Instructions that stood before everything else. */
  readonly system: readonly Part[];
  readonly turns: readonly Turn[];
}

export function readMessages(messages: readonly JsonObject[], notes: ConversationNotes): ReadMessages {
  const state: Reading = { system: [], turns: [], names: new Map(), legacyIds: new Map(), notes };
  for (const [at, message] of messages.entries()) {
    const role = stringOf(message.role) ?? '';
    const read = readers.get(role);
    if (read === undefined)
      notes.reject(`Invalid value for 'messages[${at}].role': ${JSON.stringify(role.slice(0, 40))} is no role.`);
    else read(message, at, state);
    if (filledString(message.name) !== undefined && role !== 'tool' && role !== 'function') notes.lose('speaker-name');
  }
  return { system: state.system, turns: spoken(state.turns) };
}

interface OpenTurn extends Turn {
  readonly parts: Part[];
  /** Nothing but results of tools: the next result belongs to it. */
  readonly results: boolean;
}

interface Reading {
  readonly system: Part[];
  readonly turns: OpenTurn[];
  /** Tool names by call id. */
  readonly names: Map<string, string>;
  /** The older form has no ids: a result belongs to the last call of its name. */
  readonly legacyIds: Map<string, string>;
  readonly notes: ConversationNotes;
}

function spoken(turns: readonly OpenTurn[]): readonly Turn[] {
  return turns.filter(({ parts }) => parts.length > 0).map(({ role, parts }) => ({ role, parts }));
}

type MessageReader = (message: JsonObject, at: number, state: Reading) => void;

const readers: ReadonlyMap<string, MessageReader> = new Map<string, MessageReader>([
  ['system', readInstruction],
  ['developer', readInstruction],
  ['user', (message, at, state) => addTurn('user', contentOf(message, at, state), state)],
  ['assistant', readAnswer],
  ['tool', readToolResult],
  ['function', readFunctionResult],
]);

function contentOf(message: JsonObject, at: number, state: Reading): Part[] {
  return readContent(message.content, `messages[${at}].content`, state.notes);
}

function addTurn(role: Turn['role'], parts: readonly Part[], state: Reading): void {
  state.turns.push({ role, parts: [...parts], results: false });
}

function readInstruction(message: JsonObject, at: number, state: Reading): void {
  const parts = contentOf(message, at, state);
  if (state.turns.length === 0) state.system.push(...parts);
  else addTurn('system', parts, state);
}

function readAnswer(message: JsonObject, at: number, state: Reading): void {
  const said = contentOf(message, at, state);
  const refusal = filledString(message.refusal);
  if (refusal !== undefined) said.push({ type: 'text', text: refusal });
  if (objectOf(message.audio)?.id !== undefined && said.length === 0)
    state.notes.refuse('kept-sound', `messages[${at}].audio`);
  const images = objectsIn(message.images).flatMap((image) =>
    readContent([image], `messages[${at}].images`, state.notes),
  );
  const calls = [
    ...objectsIn(message.tool_calls).map((call, n) => readCall(call, `call_${at}_${n}`, state)),
    ...readLegacyCall(message, at, state),
  ];
  const { thoughts, before, next } = readReasoning(message);
  const own = markOf(googleSignature(message));
  const parts = [...said, ...images, ...calls];
  signFirst(parts, calls.length > 0 ? [...next, ...own] : next);
  signLast(parts, calls.length > 0 ? before : [...before, ...own]);
  addTurn('model', [...thoughts, ...parts], state);
}

function readCall(call: JsonObject, fallbackId: string, state: Reading): Part {
  const custom = objectOf(call.custom);
  const called = custom ?? objectOf(call.function) ?? {};
  const name = stringOf(called.name) ?? '';
  const id = filledString(call.id) ?? fallbackId;
  state.names.set(id, name);
  const [signature] = markOf(googleSignature(call));
  return {
    type: 'tool-call',
    id,
    name,
    argumentsJson:
      custom === undefined ? argumentsOf(called.arguments) : JSON.stringify({ input: stringOf(custom.input) ?? '' }),
    ...(signature !== undefined && { signature }),
  };
}

/** What a model wrote that is no JSON object stays as it is: the writer of each dialect knows what to do with it. */
function argumentsOf(value: unknown): string {
  if (typeof value === 'string') return value.trim() === '' ? '{}' : value;
  return JSON.stringify(objectOf(value) ?? {});
}

function readLegacyCall(message: JsonObject, at: number, state: Reading): Part[] {
  const call = objectOf(message.function_call);
  if (call === undefined) return [];
  const name = stringOf(call.name) ?? '';
  const id = `call_${at}`;
  state.legacyIds.set(name, id);
  state.names.set(id, name);
  return [{ type: 'tool-call', id, name, argumentsJson: argumentsOf(call.arguments) }];
}

function readToolResult(message: JsonObject, at: number, state: Reading): void {
  const id = filledString(message.tool_call_id);
  if (id === undefined) state.notes.reject(`Missing required parameter: 'messages[${at}].tool_call_id'.`);
  else addResult(id, state.names.get(id) ?? filledString(message.name), contentOf(message, at, state), state);
}

function readFunctionResult(message: JsonObject, at: number, state: Reading): void {
  const name = stringOf(message.name) ?? '';
  addResult(state.legacyIds.get(name) ?? `call_${at}`, name, contentOf(message, at, state), state);
}

function addResult(id: string, name: string | undefined, parts: readonly Part[], state: Reading): void {
  const result: Part = { type: 'tool-result', id, ...(name !== undefined && { name }), parts, isError: false };
  const last = state.turns.at(-1);
  if (last?.results === true) last.parts.push(result);
  else state.turns.push({ role: 'user', parts: [result], results: true });
}

function markOf(signature: string | undefined): readonly Mark[] {
  if (signature === undefined) return [];
  const sealed = unseal(signature);
  return [sealed === undefined ? { signature } : { signature: sealed.signature, family: sealed.family }];
}

type Signable = Extract<Part, { readonly type: 'text' | 'tool-call' }>;

function isSignable(part: Part): part is Signable {
  return (part.type === 'text' || part.type === 'tool-call') && part.signature === undefined;
}

/** What was signed before anything was said belongs to the call, if there is one. */
function signFirst(parts: Part[], marks: readonly Mark[]): void {
  for (const signature of marks) {
    const call = parts.findIndex((part) => part.type === 'tool-call' && isSignable(part));
    const at = call >= 0 ? call : parts.findIndex(isSignable);
    if (at >= 0) parts[at] = { ...(parts[at] as Signable), signature };
  }
}

/** What was signed after the text belongs to the text. */
function signLast(parts: Part[], marks: readonly Mark[]): void {
  for (const signature of marks) {
    const text = parts.findLastIndex((part) => part.type === 'text' && isSignable(part));
    const at = text >= 0 ? text : parts.findLastIndex(isSignable);
    if (at >= 0) parts[at] = { ...(parts[at] as Signable), signature };
  }
}
