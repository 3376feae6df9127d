/**
 * Joins the chunks of a stream into one `chat.completion` document, as the API itself would have returned it. Every field the upstream sent is
 * kept, known or not. It never mends tool arguments: in this dialect they are text, whatever that text is.
 */

import { countOf, type JsonObject, objectOf, objectsIn } from '../json/shapes.ts';
import { CallSlots } from './call-slots.ts';
import { arrayOf } from './shapes.ts';

export class ChunkMerge {
  #top: JsonObject = {};
  readonly #choices = new Map<number, Choice>();

  get started(): boolean {
    return this.#choices.size > 0;
  }

  add(chunk: JsonObject): void {
    for (const [name, value] of Object.entries(chunk)) {
      // Padding, and what a document calls otherwise.
      if (name === 'choices' || name === 'object' || name === 'obfuscation') continue;
      if (!isNothing(value) || !Object.hasOwn(this.#top, name)) this.#top = { ...this.#top, [name]: value };
    }
    for (const choice of objectsIn(chunk.choices)) this.#addChoice(choice);
  }

  document(): JsonObject {
    const { id, created, model, usage, ...others } = this.#top;
    const choices = [...this.#choices].sort(([a], [b]) => a - b).map(([index, choice]) => finished(index, choice));
    return {
      id,
      object: 'chat.completion',
      created,
      model,
      choices,
      ...(objectOf(usage) !== undefined && { usage }),
      ...others,
    };
  }

  #addChoice(json: JsonObject): void {
    const { index: stated, delta, ...rest } = json;
    const index = countOf(stated) ?? 0;
    const choice: Choice = this.#choices.get(index) ?? { message: {}, rest: {}, slots: new CallSlots(), calls: [] };
    this.#choices.set(index, choice);
    choice.rest = merged(choice.rest, rest);
    const { tool_calls: calls, ...message } = objectOf(delta) ?? {};
    choice.message = merged(choice.message, message);
    for (const piece of objectsIn(calls)) addCall(choice, piece);
  }
}

interface Choice {
  message: JsonObject;
  rest: JsonObject;
  readonly slots: CallSlots;
  readonly calls: JsonObject[];
}

function addCall(choice: Choice, piece: JsonObject): void {
  const placed = choice.slots.place(piece);
  if (placed === undefined) return;
  const { index: _index, ...call } = piece;
  choice.calls[placed.slot] = placed.isNew ? call : merged(choice.calls[placed.slot] ?? {}, call);
}

function finished(index: number, choice: Choice): JsonObject {
  const { role, content, ...message } = choice.message;
  const { finish_reason: reason, logprobs, ...rest } = choice.rest;
  return {
    index,
    message: {
      role: role ?? 'assistant',
      content: content ?? null,
      ...message,
      ...(choice.calls.length > 0 && { tool_calls: choice.calls }),
    },
    ...(logprobs !== undefined && { logprobs }),
    ...rest,
    finish_reason: reason ?? null,
  };
}

/** Strings of these names are said once, or again and again in full; all others come in pieces. */
const wholeStrings: ReadonlySet<string> = new Set([
  'role',
  'id',
  'type',
  'name',
  'format',
  'signature',
  'thought_signature',
  'finish_reason',
]);

function merged(before: JsonObject, after: JsonObject): JsonObject {
  const changed = Object.entries(after).map(([name, value]) => [
    name,
    Object.hasOwn(before, name) ? joined(name, before[name], value) : value,
  ]);
  return { ...before, ...Object.fromEntries(changed) };
}

function joined(name: string, before: unknown, after: unknown): unknown {
  if (isNothing(after)) return before;
  if (before === null || before === undefined) return after;
  if (typeof before === 'string' && typeof after === 'string') return wholeStrings.has(name) ? after : before + after;
  if (Array.isArray(before) && Array.isArray(after)) return joinedLists(before, after);
  const [was, is] = [objectOf(before), objectOf(after)];
  // A number whose spelling is kept is an object too.
  return was !== undefined && is !== undefined && !Object.hasOwn(is, 'rawJSON') ? merged(was, is) : after;
}

/** Entries with a number and a type (the parts of reasoning) go on where they stood; all others are added. */
function joinedLists(before: readonly unknown[], after: readonly unknown[]): unknown[] {
  const list = [...before];
  for (const entry of arrayOf(after)) {
    const piece = objectOf(entry);
    const at =
      countOf(piece?.index) === undefined ? -1 : list.findIndex((known) => isSamePlace(objectOf(known), piece));
    if (at >= 0 && piece !== undefined) list[at] = merged(objectOf(list[at]) ?? {}, piece);
    else list.push(entry);
  }
  return list;
}

function isSamePlace(known: JsonObject | undefined, piece: JsonObject | undefined): boolean {
  return known?.index === piece?.index && known?.type === piece?.type;
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || value === '';
}
