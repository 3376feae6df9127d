/**
 * Joins the upstream's answer to a start that the client was sent before the upstream had spoken. The upstream's `message_start` is not shown a
 * second time; what it alone stated (token counts, content that came whole) is told in the events that follow. Values are the upstream's own.
 */

import type { Frame, JsonEdit } from '../../model/wire.ts';
import { editJson } from '../json/edit.ts';
import { parseLossless, stringifyLossless } from '../json/lossless.ts';
import { type JsonObject, jsonOf, objectOf, stringOf } from '../json/shapes.ts';
import { arrayOf } from './shapes.ts';

export class StartMerge {
  #merged = false;
  /** What the upstream's `message_start` stated. */
  #usage: JsonObject = {};
  #inputTransformations: unknown;

  /** What to write in place of this frame; `undefined` = the frame itself. */
  replace(frame: Frame): Uint8Array[] | undefined {
    if (frame.shape !== 'event' || !mayMatter(frame)) return undefined;
    const event = objectOf(jsonOf(frame.data));
    if (event === undefined) return undefined;
    const type = stringOf(event.type) ?? frame.event;
    if (type === 'message_start' && !this.#merged) return this.#takeStart(frame);
    return type === 'message_delta' ? this.#completeDelta(frame, event) : undefined;
  }

  #takeStart(frame: Frame): Uint8Array[] {
    this.#merged = true;
    const message = objectOf(objectOf(parseLossless(frame.data))?.message) ?? {};
    this.#usage = objectOf(message.usage) ?? {};
    this.#inputTransformations = message.input_transformations;
    return retellContent(message);
  }

  /** Unchanged when the upstream's `message_delta` already says it all. */
  #completeDelta(frame: Frame, event: JsonObject): Uint8Array[] | undefined {
    const edits = usageEdits(this.#usage, objectOf(event.usage));
    if (isStated(this.#inputTransformations) && !isStated(event.input_transformations)) {
      edits.push({ op: 'set', path: ['input_transformations'], json: stringifyLossless(this.#inputTransformations) });
    }
    return edits.length === 0 ? undefined : [eventBytes('message_delta', editJson(encoder.encode(frame.data), edits))];
  }
}

/** Spares the many frames between start and end from being parsed. */
function mayMatter(frame: Frame): boolean {
  const where = frame.event === '' ? frame.data : frame.event;
  return where.includes('message_start') || where.includes('message_delta');
}

function usageEdits(known: JsonObject, stated: JsonObject | undefined): JsonEdit[] {
  if (stated === undefined) {
    return Object.keys(known).length === 0 ? [] : [{ op: 'set', path: ['usage'], json: stringifyLossless(known) }];
  }
  return Object.entries(known)
    .filter(([name, value]) => isStated(value) && !isStated(stated[name]))
    .map(([name, value]) => ({ op: 'set', path: ['usage', name], json: stringifyLossless(value) }));
}

function isStated(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** A programmatic tool call comes whole in `message_start`; to a client that already has a start it is told as the blocks it consists of. */
function retellContent(message: JsonObject): Uint8Array[] {
  const out: Uint8Array[] = [];
  (arrayOf(message.content) ?? []).forEach((value, index) => {
    const block = objectOf(value);
    if (block !== undefined) retellBlock(index, block, out);
  });
  if (typeof message.stop_reason === 'string') {
    const { stop_reason, stop_sequence = null, stop_details, container } = message;
    const delta = {
      stop_reason,
      stop_sequence,
      ...(stop_details !== undefined && { stop_details }),
      ...(container !== undefined && { container }),
    };
    out.push(eventOf('message_delta', { delta, usage: objectOf(message.usage) ?? {} }));
  }
  return out;
}

/** Clients build text, thinking and tool arguments from deltas and may overlook them in a start. */
function retellBlock(index: number, block: JsonObject, out: Uint8Array[]): void {
  const { start, deltas } = splitBlock(block);
  out.push(eventOf('content_block_start', { index, content_block: start }));
  for (const delta of deltas) out.push(eventOf('content_block_delta', { index, delta }));
  out.push(eventOf('content_block_stop', { index }));
}

function splitBlock(block: JsonObject): { readonly start: JsonObject; readonly deltas: readonly JsonObject[] } {
  switch (block.type) {
    case 'text':
      return { start: { ...block, text: '' }, deltas: [{ type: 'text_delta', text: block.text }] };
    case 'thinking':
      return {
        start: { ...block, thinking: '', signature: '' },
        deltas: [
          { type: 'thinking_delta', thinking: block.thinking },
          { type: 'signature_delta', signature: block.signature },
        ],
      };
    case 'tool_use':
    case 'server_tool_use':
    case 'mcp_tool_use': {
      const partial_json = stringifyLossless(block.input ?? {});
      return { start: { ...block, input: {} }, deltas: [{ type: 'input_json_delta', partial_json }] };
    }
    default:
      return { start: block, deltas: [] };
  }
}

const encoder = new TextEncoder();

function eventOf(type: string, fields: JsonObject): Uint8Array {
  return eventBytes(type, encoder.encode(stringifyLossless({ type, ...fields })));
}

/** JSON may be spread over lines; each needs its own `data:`. */
function eventBytes(type: string, json: Uint8Array): Uint8Array {
  const lines = new TextDecoder().decode(json).split(/\r\n|\r|\n/);
  return encoder.encode(`event: ${type}\n${lines.map((line) => `data: ${line}\n`).join('')}\n`);
}
