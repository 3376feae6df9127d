/**
 * Collects an Anthropic stream into the `Message` that the API itself would have returned for it. Every field the upstream sent is kept, known or
 * not, and numbers keep their spelling. It never mends tool arguments: what is no JSON is a `FoldError`.
 */

import { FoldError } from '../../model/failure.ts';
import type { AnswerFold } from '../../model/ports.ts';
import type { Frame } from '../../model/wire.ts';
import { parseLossless, stringifyLossless } from '../json/lossless.ts';
import { countOf, isTooDeep, type JsonObject, jsonOf, objectOf, stringOf } from '../json/shapes.ts';
import { arrayOf } from './shapes.ts';

export function foldAnthropicAnswer(): AnswerFold {
  const state: Folding = { message: undefined, blocks: [], fault: undefined };
  return {
    push: (frame) => {
      if (frame.shape === 'event') takeFrame(frame, state);
    },
    document: () => {
      if (state.fault !== undefined) throw new FoldError(state.fault);
      if (state.message === undefined) throw new FoldError('the stream had no message_start');
      return stringifyLossless({ ...state.message, content: state.blocks.map(finishedBlock) });
    },
  };
}

interface Folding {
  message: JsonObject | undefined;
  blocks: FoldedBlock[];
  /** The first thing that cannot be part of a document. */
  fault: string | undefined;
}

interface FoldedBlock {
  value: JsonObject;
  /** The pieces of a tool's arguments; empty = the input stands in the block as it started. */
  readonly partialJson: string[];
}

type FrameTaker = (data: JsonObject, state: Folding) => void;

/** Of these frames everything but strings may matter, so they are parsed again without losing the spelling of numbers. */
const takers: ReadonlyMap<string, FrameTaker> = new Map<string, FrameTaker>([
  ['message_start', takeMessageStart],
  ['content_block_start', takeBlockStart],
  ['message_delta', takeMessageDelta],
]);

function takeFrame(frame: Frame, state: Folding): void {
  if (isTooDeep(frame.data)) {
    state.fault ??= 'an event is nested too deeply';
    return;
  }
  const data = objectOf(jsonOf(frame.data));
  if (data === undefined) return;
  const type = stringOf(data.type) ?? frame.event;
  if (type === 'content_block_delta') takeBlockDelta(frame, data, state);
  else takers.get(type)?.(parseLossless(frame.data) as JsonObject, state);
}

/** A second `message_start` begins the message anew: what stood before it was never completed. */
function takeMessageStart(data: JsonObject, state: Folding): void {
  const message = objectOf(data.message);
  if (message === undefined) return;
  state.message = message;
  state.blocks = (arrayOf(message.content) ?? []).map((block) => ({ value: objectOf(block) ?? {}, partialJson: [] }));
}

function takeBlockStart(data: JsonObject, state: Folding): void {
  const value = objectOf(data.content_block);
  if (value === undefined) return;
  state.blocks[indexOf(data, state)] = { value, partialJson: [] };
  // The API names the model that served the answer; the last fallback tells which that was.
  const served = value.type === 'fallback' ? stringOf(objectOf(value.to)?.model) : undefined;
  if (served !== undefined && state.message !== undefined) state.message = { ...state.message, model: served };
}

/** Blocks come strictly in turn, so an index beyond the next place would leave a hole. */
function indexOf(data: JsonObject, state: Folding): number {
  const index = countOf(data.index) ?? state.blocks.length;
  if (index > state.blocks.length) state.fault ??= `content block ${index} came before block ${state.blocks.length}`;
  return Math.min(index, state.blocks.length);
}

function takeBlockDelta(frame: Frame, data: JsonObject, state: Folding): void {
  const delta = objectOf(data.delta);
  const block = state.blocks[countOf(data.index) ?? -1];
  if (delta === undefined || block === undefined) {
    state.fault ??= 'a content_block_delta without its block';
    return;
  }
  switch (delta.type) {
    case 'text_delta':
      block.value.text = joined(block.value.text, delta.text);
      break;
    case 'thinking_delta':
      block.value.thinking = joined(block.value.thinking, delta.thinking);
      break;
    case 'input_json_delta':
      block.partialJson.push(stringOf(delta.partial_json) ?? '');
      break;
    case 'signature_delta':
      // It comes once and whole; the official SDKs take the last one too.
      block.value.signature = delta.signature;
      break;
    default:
      takeOtherDelta(objectOf(objectOf(parseLossless(frame.data))?.delta) ?? {}, block);
  }
}

function joined(before: unknown, after: unknown): string {
  return (stringOf(before) ?? '') + (stringOf(after) ?? '');
}

/** `compaction_delta` carries final values. Of a delta nobody knows yet, the fields are taken over in the same way. */
function takeOtherDelta(delta: JsonObject, block: FoldedBlock): void {
  const { type, ...fields } = delta;
  if (type === 'citations_delta') {
    block.value.citations = [...(arrayOf(block.value.citations) ?? []), delta.citation];
  } else {
    block.value = { ...block.value, ...fields };
  }
}

function takeMessageDelta(data: JsonObject, state: Folding): void {
  if (state.message === undefined) return;
  const { type: _type, delta, usage, ...others } = data;
  const before = objectOf(state.message.usage);
  state.message = {
    ...overlaid(state.message, { ...objectOf(delta), ...others }),
    ...(objectOf(usage) !== undefined && { usage: overlaid(before ?? {}, objectOf(usage) ?? {}) }),
  };
}

/** Null says that a field does not apply here, not that what was stated before is untrue. */
function overlaid(before: JsonObject, after: JsonObject): JsonObject {
  const told = Object.entries(after).filter(([name, value]) => value !== null || (before[name] ?? null) === null);
  return { ...before, ...Object.fromEntries(told) };
}

function finishedBlock(block: FoldedBlock): JsonObject {
  if (block.partialJson.length === 0) return block.value;
  return { ...block.value, input: parsedInput(block) };
}

function parsedInput(block: FoldedBlock): unknown {
  const text = block.partialJson.join('');
  // A tool without arguments sends no piece or only empty ones.
  if (text === '') return block.value.input ?? {};
  const name = stringOf(block.value.name) ?? 'a tool';
  if (isTooDeep(text)) throw new FoldError(`the arguments of ${name} are nested too deeply`);
  try {
    return parseLossless(text);
  } catch {
    throw new FoldError(`the arguments of ${name} are no JSON`);
  }
}
