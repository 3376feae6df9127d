/**
 * What a client already has of a Responses stream, from the frames it was sent: the response's head, the count of events, the items that are done as they
 * were done, and those that are open with all they have said. Numbers keep their spelling.
 */

import type { Frame } from '../../model/wire.ts';
import { parseLossless } from '../json/lossless.ts';
import { countOf, isTooDeep, type JsonObject, objectOf, objectsIn, stringOf } from '../json/shapes.ts';
import { readShown, type ShownAnswer } from '../shown-answer.ts';
import type { ShownItem } from './foreign-items.ts';
import { PARTS, type PartKind, partKindOf, shownPart } from './foreign-parts.ts';
import { readResponsesEvents } from './read-events.ts';

export interface ShownResponse {
  readonly head: JsonObject;
  /** The number of the next event. */
  readonly sequence: number;
  readonly output: readonly (JsonObject | undefined)[];
  readonly items: readonly ShownItem[];
  readonly answer: ShownAnswer;
}

/** Undefined when the response has not begun. */
export function readShownResponse(frames: readonly Frame[]): ShownResponse | undefined {
  const state: State = { head: undefined, sequence: 0, output: [], items: new Map() };
  for (const frame of frames) {
    const event = frame.shape === 'event' ? parsed(frame.data) : undefined;
    if (event === undefined) continue;
    state.sequence = (countOf(event.sequence_number) ?? state.sequence - 1) + 1;
    state.head ??= objectOf(event.response);
    see(event, stringOf(event.type) ?? frame.event, state);
  }
  if (state.head === undefined) return undefined;
  const { head, sequence, output, items } = state;
  return { head, sequence, output, items: [...items.values()], answer: readShown(readResponsesEvents(), frames) };
}

interface State {
  head: JsonObject | undefined;
  sequence: number;
  readonly output: (JsonObject | undefined)[];
  readonly items: Map<number, ShownItem>;
}

function parsed(data: string): JsonObject | undefined {
  try {
    return isTooDeep(data) ? undefined : objectOf(parseLossless(data));
  } catch {
    return undefined;
  }
}

function see(event: JsonObject, type: string, state: State): void {
  const at = countOf(event.output_index) ?? Math.max(0, state.output.length - 1);
  const wire = objectOf(event.item);
  if (type === 'response.output_item.added' && wire !== undefined) {
    const fresh = { content: [], summary: [], part: undefined, input: '', isArgued: false };
    state.items.set(at, { at, wire, ...fresh });
    state.output[at] = undefined;
  } else if (type === 'response.output_item.done' && wire !== undefined) {
    state.items.delete(at);
    state.output[at] = wire;
  } else {
    const item = state.items.get(at);
    if (item !== undefined) steps.get(type)?.(item, event);
  }
}

type Step = (item: ShownItem, event: JsonObject) => void;

const steps: ReadonlyMap<string, Step> = new Map<string, Step>([
  ...Object.entries(PARTS).flatMap(([kind, { text }]): [string, Step][] => [
    [`response.${text}.delta`, (item, event) => say(item, kind as PartKind, event)],
    [`response.${text}.done`, (item, event) => saidAll(item, kind as PartKind, event)],
  ]),
  ['response.content_part.added', addPart],
  ['response.reasoning_summary_part.added', addPart],
  ['response.content_part.done', endPart],
  ['response.reasoning_summary_part.done', endPart],
  ['response.output_text.annotation.added', annotate],
  ['response.function_call_arguments.delta', argue],
  ['response.custom_tool_call_input.delta', argue],
  ['response.function_call_arguments.done', argueAll],
  ['response.custom_tool_call_input.done', argueAll],
]);

function addPart(item: ShownItem, event: JsonObject): void {
  const wire = objectOf(event.part) ?? {};
  const kind = partKindOf(wire);
  if (kind !== undefined) item.part = shownPart(kind, placeOf(kind, event), wire);
}

function say(item: ShownItem, kind: PartKind, event: JsonObject): void {
  // Some servers begin a part without a word.
  item.part ??= shownPart(kind, placeOf(kind, event), {});
  item.part.text += stringOf(event.delta) ?? '';
}

function saidAll(item: ShownItem, kind: PartKind, event: JsonObject): void {
  item.part ??= shownPart(kind, placeOf(kind, event), {});
  item.part.text = stringOf(event[PARTS[kind].said]) ?? item.part.text;
  item.part.isSaid = true;
}

function endPart(item: ShownItem, event: JsonObject): void {
  const wire = objectOf(event.part) ?? {};
  const kind = partKindOf(wire);
  if (kind !== undefined) item[PARTS[kind].list].push(wire);
  item.part = undefined;
}

function annotate(item: ShownItem, event: JsonObject): void {
  item.part?.annotations.push(...objectsIn([event.annotation]));
}

function argue(item: ShownItem, event: JsonObject): void {
  item.input += stringOf(event.delta) ?? '';
}

function argueAll(item: ShownItem, event: JsonObject): void {
  item.input = stringOf(event.arguments) ?? stringOf(event.input) ?? item.input;
  item.isArgued = true;
}

function placeOf(kind: PartKind, event: JsonObject): number {
  return countOf(event[PARTS[kind].index]) ?? 0;
}
