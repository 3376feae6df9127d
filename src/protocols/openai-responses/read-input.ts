/**
 * Reads the items of `input` into turns: what the model said in a row is one turn, with its thoughts, words and calls; results of tools in a row
 * are one turn of the user. Sealed signatures in reasoning items go back to the parts they belong to, and the empty items that only carried them
 * are gone.
 */

import type { Mark, Part, Turn } from '../../model/conversation.ts';
import { filledString, type JsonObject, objectsIn, stringOf } from '../json/shapes.ts';
import { unseal } from '../signature-envelope.ts';
import { type CallForm, FORMS, formOfCall, formOfOutput } from './call-forms.ts';
import { type Refusal, responsesReadLosses } from './losses.ts';
import { readContent, UnreadableError, unreadable } from './read-content.ts';
import { offeredName } from './read-tools.ts';
import { redactedFamily } from './seals.ts';

export interface ReadInput {
  /** Instructions that stood before everything else. */
  readonly system: readonly Part[];
  readonly turns: readonly Turn[];
}

/** `offered` are the request's tools by the name the model is told. Throws `UnreadableError`. */
export function readInput(input: unknown, offered: ReadonlyMap<string, CallForm>): ReadInput {
  const state: Reading = { offered, system: [], turns: [], names: new Map(), awaiting: [] };
  if (typeof input === 'string') addTurn('user', readContent(input), state);
  else for (const item of objectsIn(input)) readItem(item, state);
  const said = state.turns.filter(({ parts }) => parts.length > 0);
  return { system: state.system, turns: said.map(({ role, parts }) => ({ role, parts })) };
}

interface OpenTurn extends Turn {
  readonly parts: Part[];
  /** Nothing but results of tools: the next result belongs to it. */
  readonly results: boolean;
}

interface Reading {
  readonly offered: ReadonlyMap<string, CallForm>;
  readonly system: Part[];
  readonly turns: OpenTurn[];
  /** Tool names by call id. */
  readonly names: Map<string, string>;
  /** Signatures of the part that comes next. */
  awaiting: Mark[];
}

function readItem(item: JsonObject, state: Reading): void {
  // The easy form of a message has no type.
  const type = stringOf(item.type) ?? 'message';
  const refused = refusedItems.get(type);
  if (refused !== undefined) throw unreadable(refused);
  if (silent.has(type)) return;
  const call = formOfCall(type);
  const output = formOfOutput(type);
  if (type === 'message' || type === 'agent_message') readMessage(item, state);
  else if (type === 'reasoning') readReasoning(item, state);
  else if (call !== undefined && !isOfServer(item)) readCall(item, call, state);
  else if (output !== undefined && !isOfServer(item)) readOutput(item, output, state);
  else readOther(type, item, state);
}

const refusedItems: ReadonlyMap<string, Refusal> = new Map<string, Refusal>([
  ['item_reference', responsesReadLosses.item_reference],
  ['compaction', responsesReadLosses.compaction],
  ['compaction_summary', responsesReadLosses.compaction],
  ['context_compaction', responsesReadLosses.compaction],
]);

/** Tools are read elsewhere; the others say nothing to a model. */
const silent: ReadonlySet<string> = new Set(['additional_tools', 'compaction_trigger', 'mcp_list_tools']);

/** A search for tools that OpenAI ran has no call that could be answered. */
function isOfServer(item: JsonObject): boolean {
  return item.execution === 'server';
}

function readMessage(item: JsonObject, state: Reading): void {
  const parts = readContent(item.content);
  const instructs = item.role === 'system' || item.role === 'developer';
  if (item.role === 'assistant') addModel(parts, state);
  else if (instructs && state.turns.length === 0) state.system.push(...parts);
  else addTurn(instructs ? 'system' : 'user', parts, state);
}

function readReasoning(item: JsonObject, state: Reading): void {
  const texts = objectsIn(item.summary).flatMap((part) => stringOf(part.text) ?? []);
  const inner = texts.length > 0 ? texts : objectsIn(item.content).flatMap((part) => stringOf(part.text) ?? []);
  const text = inner.join('\n\n');
  const carried = filledString(item.encrypted_content);
  const sealed = carried?.split(' ').map(unseal) ?? [];
  const parts: Part[] = [];
  if (carried !== undefined && sealed.includes(undefined)) {
    parts.push({ type: 'thinking', text, signature: { signature: carried, family: 'openai' } });
  } else {
    const here = sealed.find((each) => each?.place === 'here');
    if (here !== undefined && here.family === redactedFamily) {
      parts.push({ type: 'redacted-thinking', data: here.signature });
    } else if (here !== undefined) {
      parts.push({ type: 'thinking', text, signature: { signature: here.signature, family: here.family } });
    } else if (text !== '') parts.push({ type: 'thinking', text });
  }
  addModel(parts, state);
  for (const each of sealed) {
    const mark = each && { signature: each.signature, family: each.family };
    if (each?.place === 'before' && mark) signLast(mark, state);
    else if (each?.place === 'next' && mark) state.awaiting.push(mark);
  }
}

function readCall(item: JsonObject, form: keyof typeof FORMS, state: Reading): void {
  const row = FORMS[form];
  const id = filledString(item.call_id) ?? filledString(item.id);
  if (id === undefined) throw new UnreadableError(`input: an item of type '${row.callType}' needs a 'call_id'.`);
  const name = offeredName(row.name ?? stringOf(item.name) ?? '', filledString(item.namespace), state.offered);
  state.names.set(id, name);
  addModel([{ type: 'tool-call', id, name, argumentsJson: row.readArguments(item) }], state);
}

function readOutput(item: JsonObject, form: keyof typeof FORMS, state: Reading): void {
  const row = FORMS[form];
  const id = filledString(item.call_id) ?? filledString(item.id);
  if (id === undefined) throw new UnreadableError(`input: an item of type '${row.outputType}' needs a 'call_id'.`);
  const name = state.names.get(id);
  const parts = readContent(row.readOutput(item));
  const result: Part = {
    type: 'tool-result',
    id,
    ...(name !== undefined && { name }),
    parts,
    isError: item.status === 'failed',
  };
  const last = state.turns.at(-1);
  if (last?.results === true) last.parts.push(result);
  else state.turns.push({ role: 'user', parts: [result], results: true });
}

function readOther(type: string, item: JsonObject, state: Reading): void {
  const image = type === 'image_generation_call' ? filledString(item.result) : undefined;
  const other: Part = { type: 'other', dialect: 'openai-responses', name: type, wire: item };
  if (image !== undefined) {
    const mimeType = `image/${filledString(item.output_format) ?? 'png'}`;
    addModel([{ type: 'media', mimeType, data: image }], state);
  } else if (type === 'code_interpreter_call') addModel(codeParts(item), state);
  else if (type.endsWith('_output') || type.endsWith('_response')) addTurn('user', [other], state);
  else addModel([other], state);
}

function codeParts(item: JsonObject): Part[] {
  const logs = objectsIn(item.outputs).flatMap((output) => stringOf(output.logs) ?? []);
  const parts: Part[] = [{ type: 'code', language: 'python', code: stringOf(item.code) ?? '' }];
  if (logs.length > 0)
    parts.push({ type: 'code-result', outcome: filledString(item.status) ?? 'completed', output: logs.join('') });
  return parts;
}

function addTurn(role: Turn['role'], parts: readonly Part[], state: Reading): void {
  state.awaiting = [];
  state.turns.push({ role, parts: [...parts], results: false });
}

function addModel(parts: readonly Part[], state: Reading): void {
  let last = state.turns.at(-1);
  if (last?.role !== 'model') {
    last = { role: 'model', parts: [], results: false };
    state.turns.push(last);
  }
  for (const part of parts) {
    const mark = isSignable(part) && part.signature === undefined ? state.awaiting.shift() : undefined;
    last.parts.push(mark === undefined ? part : ({ ...part, signature: mark } as Part));
  }
}

type Signable = Extract<Part, { type: 'text' | 'thinking' | 'tool-call' | 'code' }>;

function isSignable(part: Part): part is Signable {
  return part.type === 'text' || part.type === 'thinking' || part.type === 'tool-call' || part.type === 'code';
}

function signLast(mark: Mark, state: Reading): void {
  const parts = state.turns.at(-1)?.parts;
  const last = parts?.at(-1);
  if (parts === undefined || last === undefined || !isSignable(last) || last.signature !== undefined) return;
  parts[parts.length - 1] = { ...last, signature: mark };
}
