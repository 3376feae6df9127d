/**
 * Collects a Responses stream into the response object that the API itself would have returned: the one of its terminal event. Numbers keep their
 * spelling. Some servers leave the output out there; then it is put together from the finished items.
 */

import { FoldError } from '../../model/failure.ts';
import type { AnswerFold } from '../../model/ports.ts';
import type { Frame } from '../../model/wire.ts';
import { parseLossless, stringifyLossless } from '../json/lossless.ts';
import { isTooDeep, type JsonObject, jsonOf, objectOf, stringOf } from '../json/shapes.ts';

export function foldResponsesAnswer(): AnswerFold {
  let terminal: Frame | undefined;
  const items: Frame[] = [];
  return {
    push: (frame) => {
      if (frame.shape !== 'event' || terminal !== undefined) return;
      const type = typeOf(frame);
      if (type === 'response.completed' || type === 'response.incomplete') terminal = frame;
      else if (type === 'response.output_item.done') items.push(frame);
    },
    document: () => {
      const response = terminal && objectOf(parsed(terminal).response);
      if (response === undefined) throw new FoldError('the stream had no finished response');
      const told = Array.isArray(response.output) && response.output.length > 0;
      if (told || items.length === 0) return stringifyLossless(response);
      const output = items.map((frame) => parsed(frame)).sort((a, b) => place(a) - place(b));
      return stringifyLossless({ ...response, output: output.map(({ item }) => item) });
    },
  };
}

function typeOf(frame: Frame): string {
  return frame.event !== '' ? frame.event : (stringOf(objectOf(jsonOf(frame.data))?.type) ?? '');
}

function parsed(frame: Frame): JsonObject {
  if (isTooDeep(frame.data)) throw new FoldError('an event is nested too deeply');
  try {
    return objectOf(parseLossless(frame.data)) ?? {};
  } catch {
    throw new FoldError('the finished response is no JSON');
  }
}

function place(event: JsonObject): number {
  return Number(event.output_index ?? Number.MAX_SAFE_INTEGER);
}
