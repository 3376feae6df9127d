/**
 * Goes on with a stream of an upstream's own chunks where it broke off: under the same name, in the same text, with the next number for a call. It
 * repeats nothing that was shown, neither the role nor a reason to finish.
 */

import type { ForeignOptions, ForeignWriter } from '../../model/ports.ts';
import type { Framing } from '../../model/request.ts';
import type { Frame } from '../../model/wire.ts';
import { countOf, filledString, type JsonObject, jsonOf, objectsIn } from '../json/shapes.ts';
import { readShown } from '../shown-answer.ts';
import { readFinishReason } from './finish-reasons.ts';
import { readChatEvents } from './read-events.ts';
import { type ShownChunks, writeChatForeignEvents } from './write-foreign-events.ts';

export function writeChatResumedEvents(
  framing: Framing,
  options: ForeignOptions,
  frames: readonly Frame[],
): ForeignWriter {
  return writeChatForeignEvents(framing, options, shownIn(frames));
}

/** Undefined when nothing of the answer was shown. */
function shownIn(frames: readonly Frame[]): ShownChunks | undefined {
  const chunks = frames.flatMap((frame) => objectsIn([frame.shape === 'event' ? jsonOf(frame.data) : undefined]));
  // The first chunk of some servers has no choices, and no name either.
  const last = chunks.findLast((chunk) => objectsIn(chunk.choices).length > 0);
  if (last === undefined) return undefined;
  const { events, open } = readShown(readChatEvents(), frames);
  const choices = chunks.flatMap((chunk) => objectsIn(chunk.choices));
  const deltas = objectsIn(choices.map(({ delta }) => delta));
  const text = deltas.findLast(({ content, refusal }) => filledString(content) ?? filledString(refusal));
  const isRefusal = filledString(text?.refusal) !== undefined;
  return {
    events,
    identity: last,
    refusal: isRefusal ? open.findLast(({ kind }) => kind === 'text')?.index : undefined,
    isFinished: choices.some((choice) => readFinishReason(choice.finish_reason) !== undefined),
    calls: numbered(deltas.flatMap((delta) => objectsIn(delta.tool_calls))),
    details: numbered(deltas.flatMap((delta) => objectsIn(delta.reasoning_details))),
  };
}

/** The number after the last one. */
function numbered(pieces: readonly JsonObject[]): number {
  return pieces.reduce((next, { index }) => Math.max(next, (countOf(index) ?? -1) + 1), 0);
}
