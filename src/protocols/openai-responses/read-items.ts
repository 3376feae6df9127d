/**
 * Turns the output items of a Responses stream into blocks: each content part of a message, each reasoning item, each call is one. What came by
 * deltas is never said again by the `done` events that repeat it; a server that sends no deltas is heard through them.
 */

import type { BlockKind, StreamEvent } from '../../model/events.ts';
import { countOf, filledString, type JsonObject, objectOf, objectsIn, stringOf } from '../json/shapes.ts';
import { readAnnotation } from './annotations.ts';

export class OutputItems {
  readonly #open = new Map<number, Item>();
  readonly #done = new Set<number>();
  #nextBlock = 0;
  #nextItem = 0;
  /** The answer asks the client to run a tool. */
  called = false;
  /** The model itself declined. */
  refused = false;

  push(type: string, data: JsonObject, out: StreamEvent[]): void {
    const at = countOf(data.output_index);
    if (type === 'response.output_item.added') this.#add(at ?? this.#nextItem, objectOf(data.item) ?? {}, out);
    else if (type === 'response.output_item.done') this.#finishItem(at ?? this.#last(), objectOf(data.item) ?? {}, out);
    else {
      const item = this.#open.get(at ?? this.#last());
      const read = readers.get(type);
      if (item === undefined || read === undefined) out.push({ type: 'unknown', name: type });
      else {
        if (type.startsWith('response.refusal.')) this.refused = true;
        read(item, data, this.#blocks, out);
      }
    }
  }

  /** The terminal event repeats every item: those that never came by themselves are read from there. */
  finish(output: readonly JsonObject[], out: StreamEvent[]): void {
    if (this.#done.size === 0) output.forEach((item, at) => void this.#finishItem(at, item, out));
    for (const item of this.#open.values()) closeBlocks(item, out);
    this.#open.clear();
  }

  whereOpen(): string {
    const open = [...this.#open.keys()];
    return open.length > 0 ? `inside output item ${open.join(', ')}` : 'before response.completed';
  }

  readonly #blocks: Blocks = {
    start: (kind, fields, out) => {
      const index = this.#nextBlock++;
      out.push({ type: 'block-start', index, kind, ...fields });
      return index;
    },
  };

  #last(): number {
    return Math.max(0, this.#nextItem - 1);
  }

  #add(at: number, wire: JsonObject, out: StreamEvent[]): Item {
    this.#nextItem = Math.max(this.#nextItem, at + 1);
    const type = stringOf(wire.type) ?? '';
    const item: Item = { type, blocks: new Map(), said: new Set() };
    this.#open.set(at, item);
    if (type === 'function_call' || type === 'custom_tool_call') this.called = true;
    openers.get(type)?.(item, wire, this.#blocks, out) ?? openServerTool(item, wire, this.#blocks, out);
    return item;
  }

  #finishItem(at: number, wire: JsonObject, out: StreamEvent[]): void {
    if (this.#done.has(at)) return;
    const item = this.#open.get(at) ?? this.#add(at, wire, out);
    (finishers.get(item.type) ?? finishServerTool)(item, wire, this.#blocks, out);
    if (objectsIn(wire.content).some((part) => part.type === 'refusal')) this.refused = true;
    closeBlocks(item, out);
    this.#open.delete(at);
    this.#done.add(at);
  }
}

interface Item {
  readonly type: string;
  /** Open blocks by content index (0 where an item is one block). */
  readonly blocks: Map<number, number>;
  /** What has come by deltas: content or summary indexes. */
  readonly said: Set<number | string>;
}

interface Blocks {
  start(kind: BlockKind, fields: StartFields, out: StreamEvent[]): number;
}
type StartFields = Omit<Extract<StreamEvent, { type: 'block-start' }>, 'type' | 'index' | 'kind'>;
type Opener = (item: Item, wire: JsonObject, blocks: Blocks, out: StreamEvent[]) => true;
type Step = (item: Item, data: JsonObject, blocks: Blocks, out: StreamEvent[]) => void;

const openers: ReadonlyMap<string, Opener> = new Map<string, Opener>([
  ['message', openMessage],
  ['reasoning', openReasoning],
  ['function_call', openCall],
  ['custom_tool_call', openCall],
]);

/** Its parts are its blocks. The first begins with it, so that nobody is shown a message that never has a part. */
function openMessage(item: Item, _wire: JsonObject, blocks: Blocks, out: StreamEvent[]): true {
  textBlock(item, {}, blocks, out);
  return true;
}

/** That a model has begun to think is all that is heard of it where no summary was asked for: minutes may pass until its next word. */
function openReasoning(item: Item, _wire: JsonObject, blocks: Blocks, out: StreamEvent[]): true {
  item.blocks.set(0, blocks.start('thinking', { says: true }, out));
  return true;
}

function openCall(item: Item, wire: JsonObject, blocks: Blocks, out: StreamEvent[]): true {
  const id = filledString(wire.call_id) ?? filledString(wire.id);
  const name = filledString(wire.name);
  const fields = { says: true, ...(id !== undefined && { id }), ...(name !== undefined && { name }) };
  item.blocks.set(0, blocks.start('tool-call', fields, out));
  return true;
}

/** The list of a server's tools is no word of the model. */
const silentTypes: ReadonlySet<string> = new Set(['mcp_list_tools']);

function openServerTool(item: Item, wire: JsonObject, blocks: Blocks, out: StreamEvent[]): true {
  const id = filledString(wire.call_id) ?? filledString(wire.id);
  const fields = { says: !silentTypes.has(item.type), ...(id !== undefined && { id }), name: item.type, wire };
  item.blocks.set(0, blocks.start(item.type === '' ? 'other' : 'server-tool', fields, out));
  return true;
}

const readers: ReadonlyMap<string, Step> = new Map<string, Step>([
  ['response.content_part.added', addPart],
  ['response.output_text.delta', (item, data, blocks, out) => say(item, data, data.delta, blocks, out)],
  ['response.output_text.done', (item, data, blocks, out) => sayOnce(item, data, data.text, blocks, out)],
  ['response.refusal.delta', (item, data, blocks, out) => say(item, data, data.delta, blocks, out)],
  ['response.refusal.done', (item, data, blocks, out) => sayOnce(item, data, data.refusal, blocks, out)],
  ['response.output_text.annotation.added', annotate],
  ['response.content_part.done', endPart],
  [
    'response.reasoning_summary_text.delta',
    (item, data, _blocks, out) => think(item, 's', data.summary_index, data.delta, out),
  ],
  [
    'response.reasoning_text.delta',
    (item, data, _blocks, out) => think(item, 'c', data.content_index, data.delta, out),
  ],
  ['response.function_call_arguments.delta', (item, data, _blocks, out) => argue(item, data.delta, out)],
  ['response.function_call_arguments.done', (item, data, _blocks, out) => argueOnce(item, data.arguments, out)],
  ['response.custom_tool_call_input.delta', (item, data, _blocks, out) => input(item, data.delta, out)],
]);

function addPart(item: Item, data: JsonObject, blocks: Blocks, out: StreamEvent[]): void {
  const type = stringOf(objectOf(data.part)?.type);
  if (item.type === 'message' && (type === 'output_text' || type === 'refusal')) textBlock(item, data, blocks, out);
}

function textBlock(item: Item, data: JsonObject, blocks: Blocks, out: StreamEvent[]): number {
  const part = countOf(data.content_index) ?? 0;
  const open = item.blocks.get(part);
  if (open !== undefined) return open;
  const index = blocks.start('text', { says: false }, out);
  item.blocks.set(part, index);
  return index;
}

function say(item: Item, data: JsonObject, value: unknown, blocks: Blocks, out: StreamEvent[]): void {
  const text = stringOf(value) ?? '';
  const index = textBlock(item, data, blocks, out);
  if (text === '') return;
  item.said.add(countOf(data.content_index) ?? 0);
  out.push({ type: 'block-delta', index, kind: 'text', text });
}

function sayOnce(item: Item, data: JsonObject, value: unknown, blocks: Blocks, out: StreamEvent[]): void {
  if (!item.said.has(countOf(data.content_index) ?? 0)) say(item, data, value, blocks, out);
}

function annotate(item: Item, data: JsonObject, blocks: Blocks, out: StreamEvent[]): void {
  const index = textBlock(item, data, blocks, out);
  item.said.add(`annotation ${countOf(data.content_index) ?? 0}`);
  out.push({ type: 'citation', index, citation: readAnnotation(objectOf(data.annotation) ?? {}) });
}

function endPart(item: Item, data: JsonObject, blocks: Blocks, out: StreamEvent[]): void {
  const part = objectOf(data.part) ?? {};
  if (item.type !== 'message' || (part.type !== 'output_text' && part.type !== 'refusal')) return;
  sayWhole(item, countOf(data.content_index) ?? 0, part, blocks, out);
}

/** A part as its end states it: only what no delta brought is news. */
function sayWhole(item: Item, at: number, part: JsonObject, blocks: Blocks, out: StreamEvent[]): void {
  const ended = `ended ${at}`;
  if (item.said.has(ended)) return;
  item.said.add(ended);
  const data = { content_index: at };
  sayOnce(item, data, part.text ?? part.refusal, blocks, out);
  if (!item.said.has(`annotation ${at}`)) {
    for (const annotation of objectsIn(part.annotations)) annotate(item, { ...data, annotation }, blocks, out);
  }
  const index = item.blocks.get(at);
  if (index !== undefined) out.push({ type: 'block-end', index });
  item.blocks.delete(at);
}

/** The parts of a summary are paragraphs of one thought. */
function think(item: Item, list: 's' | 'c', at: unknown, value: unknown, out: StreamEvent[]): void {
  const text = stringOf(value) ?? '';
  const index = item.blocks.get(0);
  if (text === '' || index === undefined) return;
  const key = `${list}${countOf(at) ?? 0}`;
  if (item.said.size > 0 && !item.said.has(key))
    out.push({ type: 'block-delta', index, kind: 'thinking', text: '\n\n' });
  item.said.add(key);
  out.push({ type: 'block-delta', index, kind: 'thinking', text });
}

function argue(item: Item, value: unknown, out: StreamEvent[]): void {
  const text = stringOf(value) ?? '';
  const index = item.blocks.get(0);
  if (text === '' || index === undefined) return;
  item.said.add(0);
  out.push({ type: 'block-delta', index, kind: 'tool-arguments', text });
}

function argueOnce(item: Item, value: unknown, out: StreamEvent[]): void {
  if (!item.said.has(0)) argue(item, value, out);
}

/** Free text is carried as the one member of an object, escaped piece by piece. */
function input(item: Item, value: unknown, out: StreamEvent[]): void {
  const text = stringOf(value) ?? '';
  if (text === '') return;
  const opening = item.said.has(0) ? '' : '{"input":"';
  argue(item, opening + JSON.stringify(text).slice(1, -1), out);
}

const finishers: ReadonlyMap<string, Step> = new Map<string, Step>([
  ['message', finishMessage],
  ['reasoning', finishReasoning],
  ['function_call', (item, wire, _blocks, out) => argueOnce(item, wire.arguments, out)],
  ['custom_tool_call', finishCustomCall],
  ['image_generation_call', finishImage],
  ['code_interpreter_call', finishCode],
]);

function finishMessage(item: Item, wire: JsonObject, blocks: Blocks, out: StreamEvent[]): void {
  objectsIn(wire.content).forEach((part, at) => void sayWhole(item, at, part, blocks, out));
}

function finishReasoning(item: Item, wire: JsonObject, _blocks: Blocks, out: StreamEvent[]): void {
  if (item.said.size === 0) {
    objectsIn(wire.summary).forEach((part, at) => void think(item, 's', at, part.text, out));
    if (item.said.size === 0) objectsIn(wire.content).forEach((part, at) => void think(item, 'c', at, part.text, out));
  }
  // The one at the item's start is of an unfinished thought.
  const signature = filledString(wire.encrypted_content);
  const index = item.blocks.get(0);
  if (signature !== undefined && index !== undefined) out.push({ type: 'block-signature', index, signature });
}

function finishCustomCall(item: Item, wire: JsonObject, _blocks: Blocks, out: StreamEvent[]): void {
  if (item.said.has(0)) argue(item, '"}', out);
  else argue(item, JSON.stringify({ input: stringOf(wire.input) ?? '' }), out);
}

function finishServerTool(item: Item, wire: JsonObject, _blocks: Blocks, out: StreamEvent[]): void {
  const index = item.blocks.get(0);
  if (index !== undefined) out.push({ type: 'block-delta', index, kind: 'other', text: JSON.stringify(wire) });
}

function finishImage(item: Item, wire: JsonObject, blocks: Blocks, out: StreamEvent[]): void {
  closeBlocks(item, out);
  const data = filledString(wire.result);
  if (data === undefined) return;
  const mimeType = `image/${filledString(wire.output_format) ?? 'png'}`;
  item.blocks.set(0, blocks.start('media', { says: true, media: { mimeType, data } }, out));
}

function finishCode(item: Item, wire: JsonObject, blocks: Blocks, out: StreamEvent[]): void {
  closeBlocks(item, out);
  const code = stringOf(wire.code) ?? '';
  item.blocks.set(0, blocks.start('code', { says: true, code: { language: 'python', code } }, out));
  closeBlocks(item, out);
  const logs = objectsIn(wire.outputs).flatMap((output) => stringOf(output.logs) ?? []);
  if (logs.length === 0) return;
  const result = { outcome: stringOf(wire.status) ?? 'completed', output: logs.join('') };
  item.blocks.set(0, blocks.start('code', { says: true, code: result }, out));
}

function closeBlocks(item: Item, out: StreamEvent[]): void {
  for (const index of item.blocks.values()) out.push({ type: 'block-end', index });
  item.blocks.clear();
}
